import { once } from 'node:events';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, get, type Outcome } from './support/login.js';

type Session = Record<string, unknown>;

const callbackURL = 'https://app.example.com/cb';
const MINUTE = 60_000;

/** A session of which only whole-key assignment survives, as in encrypted cookie sessions. */
class CookieSession {
  cookie = '{}';

  /** The session object of one request; it is forgotten afterwards, but for what was assigned to its keys. */
  open(): Session {
    const stored: Session = JSON.parse(this.cookie);
    return new Proxy(stored, {
      get: (target, key) => structuredClone(Reflect.get(target, key)),
      set: (target, key, value) => {
        Reflect.set(target, key, value);
        this.cookie = JSON.stringify(target);
        return true;
      },
      deleteProperty: () => true,
    });
  }
}

function failure(outcome: Outcome): { status: number | undefined; message: string } {
  expect(outcome.kind, JSON.stringify(outcome)).to.equal('fail');
  const { status, info } = outcome as { status: number | undefined; info: { message: string } };
  return { status, message: info.message };
}

describe('Protection against login CSRF', () => {
  let hiworks: HiworksServer;
  let echoing: HiworksServer;
  const realNow = Date.now;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL, signInAs: '1234567' });
    echoing = await createHiworksServer({ callbackURL, signInAs: '1234567', echoState: true });
  });
  after(() => Promise.all([hiworks.close(), echoing.close()]));
  beforeEach(() => {
    hiworks.requests.length = 0;
    echoing.requests.length = 0;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  function later(milliseconds: number): void {
    Date.now = () => realNow() + milliseconds;
  }

  function make(server: HiworksServer, options: Partial<HiworksStrategyOptions> = {}): HiworksStrategy {
    return new HiworksStrategy({ ...server.options, callbackURL, ...options }, (_a, _r, profile, done) =>
      done(null, profile),
    );
  }

  /** Begins a login; resolves with the URL of the callback that Hiworks sends the browser to. */
  async function begin(
    strategy: HiworksStrategy,
    session: Session | undefined,
    options: object = {},
  ): Promise<string> {
    const outcome = await authenticate(strategy, get('/', { session }), options);
    expect(outcome.kind, JSON.stringify(outcome)).to.equal('redirect');
    const server = (outcome as { location: URL }).location.origin === hiworks.url ? hiworks : echoing;
    return server.signIn((outcome as { location: URL }).location.href, '1234567');
  }

  function end(strategy: HiworksStrategy, url: string, session: Session | undefined): Promise<Outcome> {
    return authenticate(strategy, callback(url, { session }));
  }

  const tokenRequests = () =>
    [...hiworks.requests, ...echoing.requests].filter(({ endpoint }) => endpoint === 'token').length;

  for (const state of [true, 'auto'] as const) {
    describe(`state: ${state}, and Hiworks returns it`, () => {
      it('a login in one session succeeds', async () => {
        const session = {};
        const strategy = make(echoing, { state });
        const url = await begin(strategy, session);
        expect(new URL(url).searchParams.get('state')).to.match(/^[\w-]{32}$/);
        expect((await end(strategy, url, session)).kind).to.equal('success');
      });

      it('several tabs log in side by side, in any order', async () => {
        const session = {};
        const strategy = make(echoing, { state });
        const tabs = [
          await begin(strategy, session),
          await begin(strategy, session),
          await begin(strategy, session),
        ];
        for (const tab of [tabs[1], tabs[2], tabs[0]]) {
          expect((await end(strategy, tab as string, session)).kind).to.equal('success');
        }
      });

      it('a forged callback is refused with 403, and does not spend the genuine handle', async () => {
        const session = {};
        const strategy = make(echoing, { state });
        const genuine = await begin(strategy, session);
        for (const forged of ['x', '', 'x'.repeat(32), '가'.repeat(32)]) {
          const url = new URL(genuine);
          url.searchParams.set('state', forged);
          const { status, message } = failure(await end(strategy, url.href, session));
          expect(status).to.equal(403);
          expect(message)
            .to.include('belongs to no login pending in this session')
            .and.include('SameSite=Lax');
        }
        expect(tokenRequests(), 'requests with a code').to.equal(0);
        expect((await end(strategy, genuine, session)).kind).to.equal('success');
      });

      it('a callback is good once', async () => {
        const session = {};
        const strategy = make(echoing, { state });
        const url = await begin(strategy, session);
        await end(strategy, url, session);
        expect(failure(await end(strategy, url, session)).status).to.equal(403);
      });

      it("another session's callback is refused", async () => {
        const strategy = make(echoing, { state });
        const attackers = await begin(strategy, {});
        const victim = {};
        await begin(strategy, victim);
        expect(failure(await end(strategy, attackers, victim)).status).to.equal(403);
        expect(failure(await end(strategy, attackers, {})).status).to.equal(403);
      });

      it('a login is pending for 10 minutes', async () => {
        const session = {};
        const strategy = make(echoing, { state });
        const inTime = await begin(strategy, session);
        const tooLate = await begin(strategy, session);
        later(10 * MINUTE - 1000);
        expect((await end(strategy, inTime, session)).kind).to.equal('success');
        later(10 * MINUTE + 1000);
        expect(failure(await end(strategy, tooLate, session)).message).to.include('10 minutes');
      });

      it('abandoned logins do not grow the session without bound', async () => {
        const session: Session = {};
        const strategy = make(echoing, { state });
        const first = await begin(strategy, session);
        for (let login = 0; login < 10; login += 1) {
          await begin(strategy, session);
        }
        const last = await begin(strategy, session);
        expect(JSON.stringify(session)).to.have.length.below(2000);
        expect(failure(await end(strategy, first, session)).status).to.equal(403);
        expect((await end(strategy, last, session)).kind).to.equal('success');
      });

      it('abandoned logins are forgotten after 10 minutes', async () => {
        const session: Session = {};
        const strategy = make(echoing, { state });
        await begin(strategy, session);
        await begin(strategy, session);
        later(11 * MINUTE);
        await end(strategy, await begin(strategy, session), session);
        expect(JSON.stringify(session)).to.equal('{}');
      });

      it('a cookie session that notices whole-key assignment only is enough, also to retry an abandoned login', async () => {
        const browser = new CookieSession();
        const strategy = make(echoing, { state });
        await begin(strategy, browser.open());
        const retry = await begin(strategy, browser.open());
        const before = browser.cookie;
        expect((await end(strategy, retry, browser.open())).kind).to.equal('success');
        expect(browser.cookie).not.to.equal(before);
        expect(failure(await end(strategy, retry, browser.open())).status).to.equal(403);
      });

      it('two strategies live in one session without touching each other', async () => {
        const session = {};
        const employees = make(echoing, { state });
        const partners = make(echoing, { state, clientID: 'other.open.apps' });
        const { location } = (await authenticate(partners, get('/', { session }))) as { location: URL };
        const url = await begin(employees, session);
        const stolen = new URL(url);
        stolen.searchParams.set('state', location.searchParams.get('state') as string);
        expect(failure(await end(employees, stolen.href, session)).status).to.equal(403);
        expect((await end(employees, url, session)).kind).to.equal('success');
      });

      it('two strategies of one client with different callbacks do not share either', async () => {
        const session = {};
        const one = make(echoing, { state, callbackURL: undefined });
        const url = await begin(make(echoing, { state }), session);
        expect(failure(await end(one, url, session)).status).to.equal(403);
      });

      it('a login is pending to the last millisecond of the 10 minutes', async () => {
        const session = {};
        const strategy = make(echoing, { state });
        const begun = realNow();
        Date.now = () => begun;
        const url = await begin(strategy, session);
        Date.now = () => begun + 10 * MINUTE;
        // The state is good; it is the fake's code that is too old by then.
        expect(await end(strategy, url, session)).to.have.nested.property('error.code', 'ERR');
      });

      it('the key in the session is made of client id and callback URL', async () => {
        const session: Session = {};
        await begin(make(echoing, { state }), session);
        expect(Object.keys(session)).to.deep.equal([`hiworks:${echoing.options.clientID}:${callbackURL}`]);
      });

      it('a sessionKey of its own is used', async () => {
        const session: Session = {};
        await begin(make(echoing, { state, sessionKey: 'login' }), session);
        expect(Object.keys(session)).to.deep.equal(['login']);
      });

      it('whatever else stands in the session under that key is no login', async () => {
        const strategy = make(echoing, { state, sessionKey: 'login' });
        const handle = 'x'.repeat(32);
        const note = { accessType: 'online' };
        const odd = [
          null,
          7,
          'abc',
          {},
          [null],
          [7],
          [{ handle }],
          [{ handle, at: 'now', note }],
          [{ handle: 5, at: realNow(), note }],
          [{ handle, at: realNow() }],
          [{ handle, at: realNow(), note: { accessType: 'both' } }],
          [{ handle, at: Number.NaN, note }],
          [{ handle, at: String(realNow()), note }],
          [{ handle, at: realNow() + 11 * MINUTE, note }],
        ];
        for (const login of odd) {
          const url = `${callbackURL}?auth_code=abc&state=${handle}`;
          expect(failure(await end(strategy, url, { login })).status, JSON.stringify(login)).to.equal(403);
          const session = { login };
          expect((await end(strategy, await begin(strategy, session), session)).kind).to.equal('success');
        }
      });

      describe('what the application passes as state', () => {
        it('comes back as info.state, object or string, and never goes out', async () => {
          for (const state of [{ returnTo: '/inbox' }, '/inbox', ['a']]) {
            const session = {};
            const strategy = make(echoing);
            const url = await begin(strategy, session, { state });
            expect(url).not.to.include('inbox');
            const outcome = await end(strategy, url, session);
            expect((outcome as { info: object }).info).to.deep.equal({ state });
          }
        });

        it('each tab gets its own back', async () => {
          const session = {};
          const strategy = make(echoing, { state });
          const one = await begin(strategy, session, { state: { returnTo: '/1' } });
          const two = await begin(strategy, session, { state: { returnTo: '/2' } });
          expect(await end(strategy, one, session)).to.have.deep.nested.property('info.state', {
            returnTo: '/1',
          });
          expect(await end(strategy, two, session)).to.have.deep.nested.property('info.state', {
            returnTo: '/2',
          });
        });
      });
    });
  }

  describe('state: true', () => {
    it('a request without a session is an error that says so, at the start and at the callback', async () => {
      const strategy = make(hiworks, { state: true });
      for (const request of [get('/'), get('/?auth_code=abc'), get('/', { session: undefined })]) {
        const outcome = await authenticate(strategy, request);
        expect(outcome).to.have.property('kind', 'error');
        expect((outcome as { error: Error }).error.message)
          .to.include('session middleware')
          .and.include("'auto' or false");
      }
    });

    it("a callback without state is refused, and the message names 'auto'", async () => {
      const session = {};
      const strategy = make(hiworks, { state: true });
      const { status, message } = failure(await end(strategy, await begin(strategy, session), session));
      expect(status).to.equal(403);
      expect(message).to.include('Hiworks may not return it').and.include("'auto'");
      expect(tokenRequests()).to.equal(0);
    });
  });

  describe("state: 'auto', the default, and Hiworks does not return it", () => {
    it('a login that is pending in the session is enough, and is used up', async () => {
      const session: Session = {};
      const strategy = make(hiworks);
      const url = await begin(strategy, session, { state: { returnTo: '/inbox' } });
      expect(new URL(url).searchParams.has('state')).to.equal(false);
      expect(await end(strategy, url, session)).to.have.deep.nested.property('info.state', {
        returnTo: '/inbox',
      });
      const { status, message } = failure(await end(strategy, url, session));
      expect(status).to.equal(403);
      expect(message).to.include('no login is pending').and.include('10 minutes');
    });

    it('of several pending logins the youngest is used up first', async () => {
      const session: Session = {};
      const strategy = make(hiworks);
      const one = await begin(strategy, session, { state: { tab: 1 } });
      const two = await begin(strategy, session, { state: { tab: 2 } });
      expect(await end(strategy, two, session)).to.have.deep.nested.property('info.state', { tab: 2 });
      expect(await end(strategy, one, session)).to.have.deep.nested.property('info.state', { tab: 1 });
    });

    it('a callback in a session without a pending login is refused: a link that somebody sent', async () => {
      const strategy = make(hiworks);
      const attackers = await begin(strategy, {});
      expect(failure(await end(strategy, attackers, {})).status).to.equal(403);
      expect(tokenRequests()).to.equal(0);
    });

    it('a state that comes all the same must match', async () => {
      const session = {};
      const strategy = make(hiworks);
      const url = `${await begin(strategy, session)}&state=forged`;
      expect(failure(await end(strategy, url, session)).status).to.equal(403);
    });

    it('without any session nothing is checked, and one process warning says so', async () => {
      const strategy = make(hiworks);
      const warnings: Error[] = [];
      const note = (warning: Error) => warnings.push(warning);
      process.on('warning', note);
      const warned = once(process, 'warning');
      expect((await end(strategy, await begin(strategy, undefined), undefined)).kind).to.equal('success');
      expect((await end(strategy, await begin(strategy, undefined), undefined)).kind).to.equal('success');
      await warned;
      process.off('warning', note);
      expect(warnings.map((warning) => (warning as Error & { code: string }).code)).to.deep.equal([
        'HIWORKS_NO_SESSION',
      ]);
      expect(warnings[0]?.message).to.include('login CSRF').and.include('session middleware');
    });
  });

  describe('state: false', () => {
    it('sends nothing of its own, touches no session and checks nothing', async () => {
      const strategy = make(hiworks, { state: false });
      const session = Object.freeze({});
      const outcome = await authenticate(strategy, get('/', { session }), { state: { returnTo: '/' } });
      expect((outcome as { location: URL }).location.searchParams.has('state')).to.equal(false);
      expect(
        (await end(strategy, `${await begin(strategy, session)}&state=whatever`, session)).kind,
      ).to.equal('success');
    });

    it('lets a string go out as it is', async () => {
      const outcome = await authenticate(make(hiworks, { state: false }), get('/'), { state: 'my own' });
      expect((outcome as { location: URL }).location.searchParams.get('state')).to.equal('my own');
    });
  });

  describe('a custom store, as in passport-oauth2', () => {
    const seen: unknown[][] = [];
    beforeEach(() => {
      seen.length = 0;
    });

    it('is handed the application state and what it is about, and decides at the callback', async () => {
      const store = {
        store(req: unknown, state: unknown, meta: unknown, done: (error: null, handle: string) => void) {
          seen.push([req, state, meta]);
          done(null, 'handle-of-the-store');
        },
        verify(req: unknown, state: string, meta: unknown, done: (...args: unknown[]) => void) {
          seen.push([req, state, meta]);
          done(null, state === 'handle-of-the-store', { returnTo: '/kept' });
        },
      };
      const strategy = make(echoing, { store });
      const session = {};
      const url = await begin(strategy, session, { state: { returnTo: '/inbox' } });
      expect(await end(strategy, url, session)).to.have.deep.nested.property('info.state', {
        returnTo: '/kept',
      });
      const meta = {
        authorizationURL: echoing.options.authorizationURL,
        tokenURL: echoing.options.tokenURL,
        clientID: echoing.options.clientID,
        callbackURL,
      };
      expect(seen[0]?.slice(1)).to.deep.equal([{ returnTo: '/inbox' }, meta]);
      expect(seen[1]?.slice(1)).to.deep.equal(['handle-of-the-store', meta]);
      expect(seen[1]?.[0]).to.have.property('session', session);

      const refused = await authenticate(strategy, get('/?auth_code=abc&state=forged'));
      expect(refused).to.deep.include({ kind: 'fail', status: 403, info: { returnTo: '/kept' } });
    });

    it('may take fewer parameters', async () => {
      const store = {
        store(_req: unknown, done: (error: null, handle: string) => void) {
          done(null, 'short');
        },
        verify(_req: unknown, state: string, done: (error: null, ok: boolean) => void) {
          done(null, state === 'short');
        },
      };
      const strategy = make(echoing, { store });
      expect(await end(strategy, await begin(strategy, undefined), undefined)).to.deep.include({
        kind: 'success',
        info: {},
      });
    });

    it('may fail, by its callback or by a throw, at the start and at the callback: an error', async () => {
      const broken = new Error('the store is down');
      const stores = [
        {
          store: (_req: unknown, done: (error: Error) => void) => done(broken),
          verify: (_req: unknown, _state: string, done: (error: Error) => void) => done(broken),
        },
        {
          store: () => {
            throw broken;
          },
          verify: () => {
            throw broken;
          },
        },
      ];
      for (const store of stores) {
        const strategy = make(echoing, { store });
        expect(await authenticate(strategy, get('/'))).to.have.property('error', broken);
        expect(await authenticate(strategy, get('/?auth_code=abc'))).to.have.property('error', broken);
      }
    });

    it('leads to one outcome, even where it answers twice', async () => {
      const store = {
        store: (_req: unknown, done: (error: null, handle: string) => void) => done(null, 'handle'),
        verify(_req: unknown, _state: string, done: (error: null, ok: boolean) => void) {
          done(null, true);
          done(null, false);
        },
      };
      const strategy = make(echoing, { store });
      const url = await begin(strategy, undefined);
      const outcomes: Outcome[] = [];
      await authenticate(strategy, callback(url), {}, 'name', outcomes);
      expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['success']);
      expect(tokenRequests()).to.equal(1);
    });
  });
});
