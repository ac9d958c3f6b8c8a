import { join } from 'node:path';
import { expect } from 'chai';
import {
  type Application,
  type ApplicationOptions,
  callbackOfAttacker,
  type ForeignSite,
  HTTPS,
  HTTPS_IN_WEBKIT,
  LOOPBACK,
  PLAIN_HTTP,
  startApplication,
  startForeignSite,
  VICTIM,
} from './application.js';
import { ENGINES, type Engine, type EngineName, type Tab } from './engines.js';

const MARKER_RECIPE = join(__dirname, '../../examples/recipes/marker-cookie.mjs');

const START = '/auth/hiworks';
const CONNECT = '/connect/hiworks';

/** What an attack meets. */
interface Scene {
  tab: Tab;
  app: Application;
  foreign: ForeignSite;
}

/** Has a browser request `start`, and resolves with where that leads. */
type Way = (scene: Scene, start: string) => Promise<string>;

function byClick(html: (start: string, scene: Scene) => string): Way {
  return async (scene, start) => {
    await scene.tab.open(scene.foreign.page(html(start, scene)));
    return eventOf(scene.app, () => scene.tab.click('Go'));
  };
}

function byItself(html: (start: string) => string): Way {
  return ({ tab, app, foreign }, start) => eventOf(app, () => tab.open(foreign.page(html(start))));
}

/** What a foreign page can do in any place. */
const SIMPLE_WAYS: Record<string, Way> = {
  link: byClick((start) => `<a href="${start}">Go</a>`),
  popup: byClick((start) => `<button onclick="window.open('${start}')">Go</button>`),
};

/** What a foreign page can do. */
const WAYS: Record<string, Way> = {
  ...SIMPLE_WAYS,
  form: byClick((start) => `<form action="${start}"><button>Go</button></form>`),
  script: byClick((start) => `<button onclick="location='${start}'">Go</button>`),
  refresh: byItself((start) => `<meta http-equiv="refresh" content="0;url=${start}">`),
  iframe: byItself((start) => `<iframe src="${start}"></iframe>`),
  image: byItself((start) => `<img src="${start}">`),
  fetch: byItself(
    (start) => `<script>fetch('${start}', { credentials: 'include', mode: 'no-cors' })</script>`,
  ),
  redirect: byClick((start, { foreign }) => `<a href="${foreign.redirect(start)}">Go</a>`),
  "the application's redirect": byClick((start, { app }) => `<a href="${app.guarded(start)}">Go</a>`),
  'redirect, no referrer': byClick(
    (start, { foreign }) => `<a rel="noreferrer" href="${foreign.redirect(start)}">Go</a>`,
  ),
  "the application's redirect, no referrer": byClick(
    (start, { app }) => `<a rel="noreferrer" href="${app.guarded(start)}">Go</a>`,
  ),
  async reload(scene, start) {
    scene.app.isBusy = true;
    await byClick((url) => `<a href="${url}">Go</a>`)(scene, start);
    await scene.tab.shows('Please reload');
    scene.app.isBusy = false;
    return eventOf(scene.app, () => scene.tab.reload());
  },
  'opened from outside': ({ tab, app, foreign }, start) =>
    eventOf(app, () => tab.open(foreign.redirect(start))),
};

/** Only where there are service workers: on loopback, since no browser installs one under a certificate of its own. */
const WITH_WORKER: Way = async ({ tab, app, foreign }, start) => {
  await tab.open(foreign.worker);
  await tab.shows('Ready');
  await tab.open(foreign.page(`<a href="${foreign.throughWorker(start)}">Go</a>`));
  return eventOf(app, () => tab.click('Go'));
};

const STOPPED = { link: 'begun_elsewhere', popup: 'begun_elsewhere' };
/** No browser stores or sends a cookie with `SameSite=Lax` for these. */
const WITHOUT_COOKIES = { iframe: 'no_pending_login', image: 'no_pending_login', fetch: 'no_pending_login' };
const ALL_STOPPED = {
  ...Object.fromEntries(Object.keys(WAYS).map((way) => [way, 'begun_elsewhere'])),
  ...WITHOUT_COOKIES,
};
/** What counts as the user's own start: see "What remains" in SECURITY.md. */
const REMAINS: Record<EngineName, object> = {
  Chromium: { 'opened from outside': 'the attacker' },
  Firefox: {
    'opened from outside': 'the attacker',
    'redirect, no referrer': 'the attacker',
    "the application's redirect, no referrer": 'the attacker',
  },
  WebKit: { 'opened from outside': 'the attacker', reload: 'the attacker' },
};

/** Resolves with the next event of the application, brought about by `action`. */
async function eventOf(app: Application, action: () => Promise<unknown>): Promise<string> {
  const event = app.next();
  await action();
  return event;
}

/** The tests of login CSRF, in one browser engine. */
export function describeLoginCSRF(name: EngineName): void {
  describe(`Login CSRF in ${name}`, () => {
    const https = name === 'WebKit' ? HTTPS_IN_WEBKIT : HTTPS;
    let engine: Engine;
    let marker: NonNullable<ApplicationOptions['marker']>;
    let scene: Scene;

    before(async () => {
      const { markOwnPage, demandOwnPage } = await import(MARKER_RECIPE);
      marker = { page: markOwnPage, start: demandOwnPage };
      engine = await ENGINES[name]();
    });
    after(() => engine?.close());

    afterEach(async () => {
      await scene.tab.close();
      scene.foreign.close();
      await scene.app.close();
    });

    async function start(options: ApplicationOptions): Promise<Scene> {
      scene = {
        app: await startApplication(options),
        foreign: await startForeignSite(options.place),
        tab: await engine.newTab(),
      };
      return scene;
    }

    const open = (path: string) => eventOf(scene.app, () => scene.tab.open(scene.app.url + path));
    const click = (text: string) => eventOf(scene.app, () => scene.tab.click(text));

    /** Goes from the page in front of Hiworks to the page on which the login ends. */
    async function signInAtHiworks(): Promise<string> {
      await scene.tab.click('Go on to Hiworks');
      return click(VICTIM.name);
    }

    /** Has the browser finish whatever login is pending with a code of the attacker's, and resolves with the outcome. */
    async function forge(state?: string): Promise<string> {
      const { app, foreign, tab } = scene;
      await tab.open(
        foreign.page(`<a href="${(await callbackOfAttacker(app, state)).replace('&', '&amp;')}">Go</a>`),
      );
      return (await click('Go')).replace(/^.*: /, '');
    }

    /** Tries each way, and resolves with the outcomes of the forged callbacks. */
    async function attack(ways: Record<string, Way>, path: string, state?: string): Promise<object> {
      const outcomes: Record<string, string> = {};
      for (const [how, way] of Object.entries(ways)) {
        scene.app.forget();
        if (path === CONNECT) {
          await open('/password');
        }
        await way(scene, scene.app.url + path);
        outcomes[how] = await forge(state);
      }
      return outcomes;
    }

    it(`${name}: foreign pages cannot sign a victim in over https, except as documented`, async () => {
      await start({ place: https });
      expect(await attack(WAYS, START)).to.deep.equal({ ...ALL_STOPPED, ...REMAINS[name] });
    });

    it(`${name}: foreign pages cannot connect an account over https`, async () => {
      await start({ place: https });
      expect(await attack(WAYS, CONNECT)).to.deep.equal(ALL_STOPPED);
    });

    it(`${name}: foreign pages and their service workers cannot sign a victim in on loopback`, async () => {
      await start({ place: LOOPBACK });
      const ways = { ...SIMPLE_WAYS, worker: WITH_WORKER };
      expect(await attack(ways, START)).to.deep.equal({ ...STOPPED, worker: 'begun_elsewhere' });
    });

    it(`${name}: foreign pages can sign a victim in, or connect an account, over plain http`, async () => {
      await start({ place: PLAIN_HTTP });
      const succeeded = Object.fromEntries(Object.keys(WAYS).map((way) => [way, 'the attacker']));
      expect(await attack(WAYS, START)).to.deep.equal({ ...succeeded, ...WITHOUT_COOKIES });
      expect(await attack(SIMPLE_WAYS, CONNECT)).to.deep.equal({
        link: 'the attacker',
        popup: 'the attacker',
      });
    });

    for (const path of [START, CONNECT]) {
      it(`${name}: state: true stops foreign pages at ${path}, over plain http as well`, async () => {
        await start({ place: PLAIN_HTTP, state: true, echoState: true });
        const outcomes = await attack(SIMPLE_WAYS, path, "the attacker's");
        expect(outcomes).to.deep.equal({ link: 'state_mismatch', popup: 'state_mismatch' });
      });
    }

    for (const [which, place] of Object.entries({ https, 'plain http': PLAIN_HTTP })) {
      it(`${name}: a marker cookie stops foreign pages over ${which}`, async () => {
        await start({ place, marker });
        // The victim has been at the application before.
        await open('/login');
        const reached: Record<string, string> = {};
        for (const [how, way] of Object.entries(WAYS)) {
          reached[how] = await way(scene, scene.app.url + START);
        }
        const stopped = Object.fromEntries(Object.keys(WAYS).map((way) => [way, 'login page']));
        const remains = name === 'Chromium' && { 'opened from outside': 'at Hiworks' };
        expect(reached).to.deep.equal({ ...stopped, ...remains });
      });

      it(`${name}: with a marker cookie, a link in a mail takes one click over ${which}`, async () => {
        const { app, foreign, tab } = await start({ place, marker });
        await tab.open(
          foreign.page(`<a href="${app.url}/">Mail</a> <a href="${app.guarded(START)}">Inbox</a>`),
        );
        expect(await click('Mail')).to.equal('home of no one');
        expect(await click('Sign in')).to.equal('at Hiworks');
        expect(await signInAtHiworks()).to.equal(`signed in: ${VICTIM.name}`);
      });
    }

    it(`${name}: the application's own link signs in, and connects an account`, async () => {
      await start({ place: https });
      await open('/');
      expect(await click('Sign in')).to.equal('at Hiworks');
      expect(await signInAtHiworks()).to.equal(`signed in: ${VICTIM.name}`);
      await open('/password');
      expect(await click('Connect')).to.equal('at Hiworks');
      expect(await signInAtHiworks()).to.equal(`connected: ${VICTIM.name}`);
    });

    it(`${name}: a typed address signs in, and connects nothing`, async () => {
      await start({ place: https });
      await open(START);
      expect(await signInAtHiworks()).to.equal(`signed in: ${VICTIM.name}`);
      await open('/password');
      await open(CONNECT);
      expect(await signInAtHiworks()).to.equal('refused: begun_elsewhere');
    });

    it(`${name}: a link on a foreign page signs in by one more click`, async () => {
      const { app, foreign, tab } = await start({ place: https });
      await tab.open(foreign.page(`<a href="${app.url}${START}">Go</a>`));
      await click('Go');
      expect(await signInAtHiworks()).to.equal('refused: begun_elsewhere');
      await click('Home');
      await click('Sign in');
      expect(await signInAtHiworks()).to.equal(`signed in: ${VICTIM.name}`);
    });

    it(`${name}: a link on a foreign page signs in at once if Hiworks returns state`, async () => {
      const { app, foreign, tab } = await start({ place: https, echoState: true });
      await tab.open(foreign.page(`<a href="${app.url}${START}">Go</a>`));
      await click('Go');
      expect(await signInAtHiworks()).to.equal(`signed in: ${VICTIM.name}`);
    });

    it(`${name}: a double click on the consent button signs in`, async () => {
      const { app } = await start({ place: https });
      await open('/');
      await click('Sign in');
      app.held = 2;
      expect(await signInAtHiworks()).to.equal('held');
      expect(await eventOf(app, () => scene.tab.clickAgain())).to.equal(`signed in: ${VICTIM.name}`);
      app.held = 1;
      expect(await open('/')).to.equal(`home of ${VICTIM.name}`);
    });

    // WebKit does not prefetch.
    if (name !== 'WebKit') {
      it(`${name}: a prefetch starts nothing`, async () => {
        await start({ place: https });
        expect(await open('/prefetching')).to.equal('refused: prefetch');
        expect(await forge()).to.equal('no_pending_login');
      });
    }

    it(`${name}: a login through a service worker that passes requests on is refused in Firefox alone`, async () => {
      const { app, tab } = await start({ place: LOOPBACK });
      await tab.open(`${app.url}/with-worker`);
      await tab.shows('Ready');
      expect(await click('Sign in')).to.equal(
        name === 'Firefox' ? 'refused: not_a_navigation' : 'at Hiworks',
      );
    });

    it(`${name}: a login that the user started and did not finish is finished by a forged callback`, async () => {
      await start({ place: https });
      await open('/');
      await click('Sign in');
      expect(await forge()).to.equal('the attacker');
    });

    it(`${name}: a page that starts the login by itself is as good as a click`, async () => {
      await start({ place: https });
      const { app } = scene;
      const way = byClick(() => `<a href="${app.url}/starts-by-itself?to=${START}">Go</a>`);
      expect(await attack({ way }, START)).to.deep.equal({ way: 'the attacker' });
    });

    it(`${name}: a login that was started to sign in connects nothing`, async () => {
      await start({ place: https });
      await open('/password');
      await click('Sign in');
      expect(await forge()).to.equal('state_mismatch');
    });
  });
}
