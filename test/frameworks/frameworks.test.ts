import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer, type HiworksServerOptions } from 'passport-hiworks/testing';
import { Browser, type Page } from '../support/browser.js';
import { type Application, frameworks } from './applications.js';
import { installed, versions } from './versions.js';

const LOGIN = '/auth/hiworks';
const CALLBACK = '/auth/hiworks/callback';
const PEOPLE = Array.from({ length: 25 }, (_, index) => ({
  userNo: String(9962600 + index),
  officeNo: String(123123 + (index % 3)),
  userId: `user${index}`,
  name: `${index}번 길동`,
}));
const [HONG, KIM] = PEOPLE as [(typeof PEOPLE)[0], (typeof PEOPLE)[0]];

describe('the lockfile of the examples', () => {
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

  it('has the releases that are run', () => {
    for (const [name, version] of Object.entries(versions)) {
      expect(json(`${installed}/${name}/package.json`).version, name).to.equal(version);
    }
  });

  it("has the package's own dependencies", () => {
    const lock = json(`${installed}/../package-lock.json`);
    const { dependencies } = json(`${installed}/passport-hiworks/package.json`);
    expect(lock.packages['node_modules/passport-hiworks'].dependencies).to.deep.equal(dependencies);
  });

  it('names no registry', () => {
    const lock = readFileSync(`${installed}/../package-lock.json`, 'utf8');
    expect(lock.match(/"resolved": .*/g)).to.deep.equal(['"resolved": "file:..",']);
  });
});

for (const { title, sessions, start } of frameworks) {
  describe(title, () => {
    const { error } = console;
    let hiworks: HiworksServer;
    let app: Application;

    // The examples log every login that fails.
    before(() => {
      console.error = () => undefined;
    });
    after(() => {
      console.error = error;
    });
    afterEach(async () => {
      await app.close();
      await hiworks.close();
    });

    async function run(
      server: HiworksServerOptions,
      options: Partial<HiworksStrategyOptions>,
    ): Promise<void> {
      hiworks = await createHiworksServer({ users: PEOPLE, ...server });
      app = await start({ ...hiworks.options, ...options });
      hiworks.register(app.url + CALLBACK);
    }

    const runStrictly = (options: Partial<HiworksStrategyOptions> = {}) =>
      run({ echoState: true }, { state: sessions || 'auto', ...options });

    async function signIn(browser: Browser, { userNo } = HONG, address = LOGIN): Promise<Page> {
      return browser.read(await hiworks.signIn(await browser.leave(address), userNo));
    }

    async function expectPerson(browser: Browser, { name, userNo, officeNo } = HONG): Promise<void> {
      const { text } = await browser.read('/');
      expect(text).to.include(`<strong>${name}</strong>`);
      expect(text).to.include(`사용자 번호 ${userNo}, 회사 번호 ${officeNo}`);
    }

    async function expectNobody(browser: Browser): Promise<void> {
      expect((await browser.read('/')).text).to.include('하이웍스로 로그인');
    }

    describe('a sign-in', () => {
      beforeEach(() => runStrictly());

      it('ends on the home page, and the person is still there on the next request', async () => {
        const browser = new Browser(app.url);
        await expectNobody(browser);
        const page = await signIn(browser);
        expect(page).to.include({ status: 200, url: `${app.url}/` });
        await expectPerson(browser);
        await expectNobody(new Browser(app.url));
      });

      it('lasts until the person signs out', async () => {
        const browser = new Browser(app.url);
        await signIn(browser);
        await browser.read('/logout', { method: 'POST', body: new URLSearchParams() });
        await expectNobody(browser);
      });

      it('comes off after a login that was abandoned', async () => {
        const browser = new Browser(app.url);
        await browser.leave(LOGIN);
        await browser.leave(LOGIN);
        await signIn(browser);
        await expectPerson(browser);
      });

      it('may be under way in two tabs, and end in both', async () => {
        const browser = new Browser(app.url);
        const first = await browser.leave(LOGIN);
        const second = await browser.leave(LOGIN);
        await browser.read(await hiworks.signIn(first, HONG.userNo));
        await expectPerson(browser, HONG);
        await browser.read(await hiworks.signIn(second, KIM.userNo));
        await expectPerson(browser, KIM);
      });

      it('of 25 people at once never mixes them up', async () => {
        await Promise.all(
          PEOPLE.map(async (person) => {
            const browser = new Browser(app.url);
            await signIn(browser, person);
            await expectPerson(browser, person);
          }),
        );
      });
    });

    describe('a sign-in with a relative callbackURL', () => {
      it('sends the absolute one to Hiworks', async () => {
        await runStrictly({ callbackURL: CALLBACK });
        const browser = new Browser(app.url);
        const location = new URL(await browser.leave(LOGIN));
        expect(location.searchParams.get('redirect_uri')).to.equal(app.url + CALLBACK);
        await signIn(browser);
        await expectPerson(browser);
      });
    });

    describe('a refusal by Hiworks', () => {
      beforeEach(() => runStrictly());

      it("reaches the application with Hiworks' own words, and its code", async () => {
        hiworks.fail('token', { code: 'ERR', msg: '점검 중입니다' });
        const browser = new Browser(app.url);
        const { status, text } = await signIn(browser);
        expect(status).to.equal(401);
        expect(text).to.match(/점검 중입니다.*\(ERR\)/);
        await expectNobody(browser);
      });

      it('by the person, who presses 취소, signs nobody in, and the application is told', async () => {
        const browser = new Browser(app.url);
        const { status, text } = await browser.read(await hiworks.refuse(await browser.leave(LOGIN)));
        expect(status).to.equal(401);
        expect(text).to.include('사용자가 로그인을 취소했습니다');
        await expectNobody(browser);
      });
    });

    describe("a sign-in with state: 'auto' at a Hiworks that returns no state", () => {
      beforeEach(() => run({ echoState: false }, { state: 'auto' }));

      it('comes off', async () => {
        const browser = new Browser(app.url);
        await signIn(browser);
        await expectPerson(browser);
      });

      if (sessions) {
        it('is refused with 403 where the browser began none', async () => {
          const browser = new Browser(app.url);
          const forged = await hiworks.signIn(await new Browser(app.url).leave(LOGIN), KIM.userNo);
          expect((await browser.read(forged)).status).to.equal(403);
          await expectNobody(browser);
        });
      }
    });

    if (sessions) {
      describe('a forged callback', () => {
        it("is refused with 403, and the browser's own login still comes off", async () => {
          await runStrictly();
          const browser = new Browser(app.url);
          const own = await browser.leave(LOGIN);
          const forged = await hiworks.signIn(await new Browser(app.url).leave(LOGIN), KIM.userNo);
          const { status, text } = await browser.read(forged);
          expect(status).to.equal(403);
          expect(text).to.include('belongs to no login pending in this session');
          await expectNobody(browser);
          await browser.read(await hiworks.signIn(own, HONG.userNo));
          await expectPerson(browser, HONG);
        });
      });

      describe('the state of the application', () => {
        it('comes back as info.state: the person sees the page that was asked for', async () => {
          await runStrictly();
          const page = await signIn(new Browser(app.url), HONG, '/inbox');
          expect(page).to.include({ status: 200, url: `${app.url}/inbox` });
          expect(page.text).to.include(`${HONG.name} 님에게 온 편지가 없습니다.`);
        });
      });
    }
  });
}
