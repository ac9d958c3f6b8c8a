import crypto from 'node:crypto';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions, type HiworksVerify } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { freshCopy } from './support/fresh-copy.js';
import {
  authenticate,
  callback,
  errorOf,
  failureOf,
  get,
  type Outcome,
  type Session,
  start,
  userOf,
} from './support/login.js';

const callbackURL = 'https://app.example.com/cb';
const MINUTE = 60_000;
const takesEverybody: HiworksVerify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

const LOST_COOKIE =
  'Hiworks login failed: the session cookie did not come back with the callback, or no login was begun here in the last ' +
  '10 minutes: no login is pending in this session. If it happens every time, compare the host of the two URLs and look ' +
  "at the cookie's attributes (SameSite=Lax; Secure only behind HTTPS)";
const MISMATCH =
  'Hiworks login failed: the `state` of this callback belongs to none of the logins pending in this session: it was ' +
  'forged, already used, begun for something else (`authenticate` and `authorize` do not mix), or more than 10 minutes ago';
const ELSEWHERE =
  'Hiworks login failed: another site led the browser to the start of this login, and the callback carries no `state` ' +
  'that would tell it from a forged one. Start again from a page of this application';
const MISSING =
  "Hiworks login failed: the callback carries no `state`. Hiworks may not return it: use state: 'auto', which then looks " +
  'for a pending login';

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

describe('A login belongs to whoever began it', () => {
  /** Two Hiworks, since it is not known whether the real one returns `state`. */
  let silent: HiworksServer;
  let echoing: HiworksServer;
  const realNow = Date.now;

  before(async () => {
    silent = await createHiworksServer({ callbackURL, signInAs: '1234567' });
    echoing = await createHiworksServer({ callbackURL, signInAs: '1234567', echoState: true });
  });
  after(() => Promise.all([silent.close(), echoing.close()]));
  beforeEach(() => {
    silent.requests.length = 0;
    echoing.requests.length = 0;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  function make(
    server: HiworksServer,
    options: Partial<HiworksStrategyOptions> = {},
    verify: HiworksVerify = takesEverybody,
  ): HiworksStrategy {
    const all = { ...server.options, callbackURL, ...options };
    return new HiworksStrategy(all as HiworksStrategyOptions, verify);
  }

  /** Begins a login; resolves with the URL of the callback that Hiworks sends the browser to. */
  async function begin(
    strategy: HiworksStrategy,
    session: Session,
    options: object = {},
    headers: Record<string, string> = {},
  ): Promise<string> {
    const more = { headers: { host: 'app.example.com', ...headers } };
    const location = await start(strategy, session, options, more);
    const server = location.origin === silent.url ? silent : echoing;
    return server.signIn(location.href, '1234567');
  }

  const end = (
    strategy: HiworksStrategy,
    url: string,
    session: Session,
    options: object = {},
  ): Promise<Outcome> => authenticate(strategy, callback(url, { session }), options);

  const tokenRequests = () =>
    [...silent.requests, ...echoing.requests].filter(({ endpoint }) => endpoint === 'token').length;

  const FROM_ELSEWHERE = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  const CONNECT = { assignProperty: 'account' };

  describe('that is known by the `state` that comes back', () => {
    for (const state of [true, 'auto'] as const) {
      describe(`under state: ${state}`, () => {
        it('several tabs log in side by side, in any order, each with its own info.state', async () => {
          const session: Session = {};
          const strategy = make(echoing, { state });
          const tabs = [];
          for (const tab of [0, 1, 2]) {
            tabs.push(await begin(strategy, session, { state: { tab } }));
          }
          for (const tab of [1, 2, 0]) {
            const outcome = await end(strategy, tabs[tab] as string, session);
            expect(outcome).to.have.deep.property('info', { state: { tab } });
          }
          expect(JSON.stringify(session), 'what is left').to.equal('{}');
        });

        it('a forged callback is refused, and does not spend the genuine login', async () => {
          const session = {};
          const strategy = make(echoing, { state });
          const genuine = await begin(strategy, session);
          for (const forged of ['x', '', 'x'.repeat(32), '가'.repeat(32)]) {
            const url = new URL(genuine);
            url.searchParams.set('state', forged);
            expect(failureOf(await end(strategy, url.href, session))).to.deep.equal({
              message: MISMATCH,
              code: 'state_mismatch',
              status: 403,
            });
          }
          expect(tokenRequests(), 'requests with a code').to.equal(0);
          userOf(await end(strategy, genuine, session));
        });

        it('a callback is good once', async () => {
          const session = {};
          const strategy = make(echoing, { state });
          const other = await begin(strategy, session);
          const url = await begin(strategy, session);
          userOf(await end(strategy, url, session));
          expect(failureOf(await end(strategy, url, session))).to.include({
            code: 'state_mismatch',
            message: MISMATCH,
          });
          userOf(await end(strategy, other, session));
        });

        it("another session's callback is refused, and a lost cookie is said to be the commonest reason", async () => {
          const strategy = make(echoing, { state });
          const attackers = await begin(strategy, {});
          const victim = {};
          await begin(strategy, victim);
          expect(failureOf(await end(strategy, attackers, victim))).to.include({
            code: 'state_mismatch',
            status: 403,
          });
          expect(failureOf(await end(strategy, attackers, {}))).to.deep.equal({
            message: LOST_COOKIE,
            code: 'state_mismatch',
            status: 403,
          });
          expect(tokenRequests()).to.equal(0);
        });

        it('a login begun from elsewhere is finished as well', async () => {
          const session = {};
          const strategy = make(echoing, { state });
          userOf(await end(strategy, await begin(strategy, session, {}, FROM_ELSEWHERE), session));
        });

        it('a login is pending for 10 minutes, to the last millisecond', async () => {
          const session = {};
          const strategy = make(echoing, { state });
          const begun = realNow();
          Date.now = () => begun;
          const [first, second] = [await begin(strategy, session), await begin(strategy, session)];
          Date.now = () => begun + 10 * MINUTE;
          expect(
            errorOf(await end(strategy, first, session)),
            "the fake's code is too old by then",
          ).to.include({
            code: 'ERR',
          });
          Date.now = () => begun + 10 * MINUTE + 1;
          expect(failureOf(await end(strategy, second, session))).to.include({ message: LOST_COOKIE });
          await begin(strategy, session);
          expect(Object.values(session)[0], 'pending').to.have.lengthOf(1);
        });

        it('one begun to sign in does not connect an account, nor the other way round', async () => {
          const strategy = make(echoing, { state });
          for (const [begun, ended] of [
            [{}, CONNECT],
            [CONNECT, {}],
            [CONNECT, { assignProperty: 'other' }],
          ]) {
            const session = {};
            const url = await begin(strategy, session, begun);
            expect(failureOf(await end(strategy, url, session, ended))).to.deep.equal({
              message: MISMATCH,
              code: 'state_mismatch',
              status: 403,
            });
            expect(tokenRequests()).to.equal(0);
            userOf(await end(strategy, url, session, begun));
            echoing.requests.length = 0;
          }
        });
      });
    }

    it('that nobody can guess: 24 random bytes, which never come again', async () => {
      const strategy = make(echoing, { state: true });
      const seen = new Set<string | null>();
      for (let login = 0; login < 200; login++) {
        const state = (await start(strategy, {})).searchParams.get('state');
        expect(state).to.match(/^[\w-]{32}$/);
        seen.add(state);
      }
      expect(seen).to.have.lengthOf(200);
    });

    it('in constant time', async () => {
      const strategy = make(echoing, { state: true });
      const session = {};
      const url = await begin(strategy, session);
      const { timingSafeEqual } = crypto;
      let comparisons = 0;
      try {
        crypto.timingSafeEqual = (...both) => {
          comparisons += 1;
          return timingSafeEqual(...both);
        };
        userOf(await end(strategy, url, session));
      } finally {
        crypto.timingSafeEqual = timingSafeEqual;
      }
      expect(comparisons).to.equal(1);
    });
  });

  it("state: true refuses a callback without one, and the message names 'auto'", async () => {
    const session = {};
    const strategy = make(silent, { state: true });
    const missing = { message: MISSING, code: 'state_missing', status: 403 };
    expect(failureOf(await end(strategy, await begin(strategy, session), session))).to.deep.equal(missing);
    expect(failureOf(await end(strategy, `${callbackURL}?error=busy`, session))).to.deep.equal(missing);
    expect(tokenRequests()).to.equal(0);
  });

  describe("under 'auto', the default, without a `state` that comes back", () => {
    it('the login that the person began is finished, and used up', async () => {
      const session: Session = {};
      const strategy = make(silent);
      const url = await begin(strategy, session, { state: { returnTo: '/inbox' } });
      expect(new URL(url).searchParams.has('state')).to.equal(false);
      expect(await end(strategy, url, session)).to.have.deep.property('info', {
        state: { returnTo: '/inbox' },
      });
      expect(failureOf(await end(strategy, url, session))).to.deep.equal({
        message: LOST_COOKIE,
        code: 'no_pending_login',
        status: 403,
      });
    });

    it('of several, the newest comes first', async () => {
      const session: Session = {};
      const strategy = make(silent);
      const urls = [];
      for (const tab of [0, 1, 2]) {
        urls.push(await begin(strategy, session, { state: { tab } }));
      }
      for (const tab of [2, 1, 0]) {
        const outcome = await end(strategy, urls[tab] as string, session);
        expect(outcome).to.have.deep.property('info', { state: { tab } });
      }
    });

    it('a link that somebody sent is refused where no login is pending', async () => {
      const strategy = make(silent);
      const attackers = await begin(strategy, {});
      expect(failureOf(await end(strategy, attackers, {}))).to.include({
        code: 'no_pending_login',
        status: 403,
      });
      expect(tokenRequests()).to.equal(0);
    });

    it('a state that comes all the same must match', async () => {
      const session = {};
      const strategy = make(silent);
      const url = `${await begin(strategy, session)}&state=forged`;
      expect(failureOf(await end(strategy, url, session))).to.include({ code: 'state_mismatch' });
    });

    it('a login that another site began is not finished', async () => {
      const session: Session = {};
      const strategy = make(silent);
      const url = await begin(strategy, session, {}, FROM_ELSEWHERE);
      expect(failureOf(await end(strategy, url, session))).to.deep.equal({
        message: ELSEWHERE,
        code: 'begun_elsewhere',
        status: 403,
      });
      expect(tokenRequests()).to.equal(0);

      await begin(strategy, session, { state: 'own' });
      await begin(strategy, session, { state: 'theirs' }, FROM_ELSEWHERE);
      expect(await end(strategy, url, session)).to.have.deep.property('info', { state: 'own' });
    });

    it('a link of the own site, a typed address and an old browser count as the person', async () => {
      for (const site of ['same-origin', 'same-site', 'none', undefined]) {
        const session = {};
        const headers = site ? { 'sec-fetch-site': site } : {};
        const strategy = make(silent);
        userOf(
          await end(strategy, await begin(strategy, session, {}, headers as Record<string, string>), session),
        );
      }
    });

    it('a login begun for something else is not finished', async () => {
      const strategy = make(silent);
      for (const [begun, ended] of [
        [{}, CONNECT],
        [CONNECT, {}],
        [CONNECT, { assignProperty: 'other' }],
      ]) {
        const session = {};
        const url = await begin(strategy, session, begun);
        expect(failureOf(await end(strategy, url, session, ended))).to.deep.equal({
          message: MISMATCH,
          code: 'state_mismatch',
          status: 403,
        });
        userOf(await end(strategy, url, session, begun));
      }
      expect(tokenRequests()).to.equal(3);
    });
  });

  describe('and so do the words of an error callback', () => {
    const refusal = '?error=access_denied&msg=nope';
    const failure = '?error=busy&msg=nope';

    it('that are shown where a login is pending, with its info.state; it is not used up', async () => {
      for (const [server, state] of [
        [silent, 'auto'],
        [echoing, 'auto'],
        [echoing, true],
      ] as const) {
        const session: Session = {};
        const strategy = make(server, { state });
        const url = await begin(strategy, session, { state: { returnTo: '/' } });
        const returned = new URL(url).searchParams.get('state');
        const suffix = returned ? `&state=${returned}` : '';
        expect(failureOf(await end(strategy, `${callbackURL}${refusal}${suffix}`, session))).to.deep.equal({
          message: 'Hiworks login failed: the person refused at Hiworks (access_denied): nope',
          code: 'access_denied',
          state: { returnTo: '/' },
          status: undefined,
        });
        expect(errorOf(await end(strategy, `${callbackURL}${failure}${suffix}`, session)).message).to.include(
          'nope',
        );
        userOf(await end(strategy, url, session));
      }
    });

    it('that are shown while the code of that login is being exchanged, too', async () => {
      const session: Session = {};
      const strategy = make(silent);
      const url = await begin(strategy, session);
      const [login, error] = await Promise.all([
        end(strategy, url, session),
        end(strategy, `${callbackURL}${failure}`, session),
      ]);
      userOf(login);
      expect(errorOf(error).message).to.equal("Hiworks' callback carried an error (busy): nope");
    });

    it('that are anybody\u2019s otherwise, and not shown', async () => {
      const pending: Session = {};
      const elsewhere: Session = {};
      const connecting: Session = {};
      await begin(make(silent), pending);
      await begin(make(silent), elsewhere, {}, FROM_ELSEWHERE);
      await begin(make(silent), connecting, CONNECT);
      const cases: [query: string, session: Session, state: 'auto' | true, code: string, message: string][] =
        [
          ['', {}, 'auto', 'no_pending_login', LOST_COOKIE],
          ['&state=forged', {}, 'auto', 'state_mismatch', LOST_COOKIE],
          ['&state=forged', pending, 'auto', 'state_mismatch', MISMATCH],
          ['&state=forged', pending, true, 'state_mismatch', MISMATCH],
          ['', pending, true, 'state_missing', MISSING],
          ['', elsewhere, 'auto', 'begun_elsewhere', ELSEWHERE],
          ['', connecting, 'auto', 'state_mismatch', MISMATCH],
        ];
      for (const query of [refusal, failure, '?code=ERR&msg=nope']) {
        for (const [more, session, state, code, message] of cases) {
          const outcome = await end(make(silent, { state }), callbackURL + query + more, session);
          expect(failureOf(outcome)).to.deep.equal({ message, code, status: 403 });
        }
      }
    });
  });

  describe('in the session', () => {
    it('logins are kept under one key, of client id and callback URL or of `sessionKey`', async () => {
      const session: Session = {};
      await begin(make(silent), session);
      await begin(make(silent, { sessionKey: 'login' }), session);
      await start(make(silent, { callbackURL: undefined }), session);
      expect(Object.keys(session)).to.deep.equal([
        `hiworks:${silent.options.clientID}:${callbackURL}`,
        'login',
        `hiworks:${silent.options.clientID}:`,
      ]);
      const [login] = session.login as object[];
      expect(login, 'no more than there is to know').to.have.all.keys('handle', 'at', 'accessType');
    });

    it('two strategies do not touch each other', async () => {
      const session = {};
      const [employees, partners] = [make(echoing), make(echoing, { sessionKey: 'partners' })];
      const theirs = await begin(partners, session);
      const ours = await begin(employees, session);
      expect(failureOf(await end(employees, theirs, session)).code).to.equal('state_mismatch');
      userOf(await end(employees, ours, session));
      userOf(await end(partners, theirs, session));
    });

    it('whole-key assignment is enough, also for a second try after an abandoned login', async () => {
      const browser = new CookieSession();
      const strategy = make(echoing);
      await begin(strategy, browser.open());
      const retry = await begin(strategy, browser.open());
      userOf(await end(strategy, retry, browser.open()));
      expect(failureOf(await end(strategy, retry, browser.open())).code).to.equal('state_mismatch');
    });

    it('at most 10 are kept: the oldest that another site began is dropped first, then the oldest', async () => {
      const session: Session = {};
      const strategy = make(echoing);
      const own = [await begin(strategy, session)];
      const foreign = [
        await begin(strategy, session, {}, FROM_ELSEWHERE),
        await begin(strategy, session, {}, FROM_ELSEWHERE),
      ];
      for (let login = 0; login < 8; login++) {
        own.push(await begin(strategy, session));
      }
      const [key = ''] = Object.keys(session);
      expect(session[key]).to.have.lengthOf(10);
      expect(failureOf(await end(strategy, foreign[0] as string, session)).code, 'the 11th dropped').to.equal(
        'state_mismatch',
      );
      own.push(await begin(strategy, session), await begin(strategy, session));
      expect(failureOf(await end(strategy, foreign[1] as string, session)).code, 'the 12th').to.equal(
        'state_mismatch',
      );
      expect(failureOf(await end(strategy, own[0] as string, session)).code, 'the 13th').to.equal(
        'state_mismatch',
      );
      for (const url of own.slice(1)) {
        userOf(await end(strategy, url, session));
      }
    });

    it('whatever else stands under the key is no login, and in nobody\u2019s way', async () => {
      const strategy = make(echoing, { sessionKey: 'login' });
      const handle = 'x'.repeat(32);
      const at = realNow();
      const accessType = 'online';
      const odd = [
        null,
        7,
        'abc',
        {},
        [null],
        [7],
        [{ handle }],
        [{ handle, at }],
        [{ handle, accessType }],
        [{ at, accessType }],
        [{ handle, at: 'now', accessType }],
        [{ handle: 5, at, accessType }],
        [{ handle, at, accessType: 'both' }],
        [{ handle, at: Number.NaN, accessType }],
        [{ handle, at: String(at), accessType }],
        [{ handle, at: at + 11 * MINUTE, accessType }],
      ];
      for (const login of odd) {
        const url = `${callbackURL}?auth_code=abc&state=${handle}`;
        expect(failureOf(await end(strategy, url, { login })), JSON.stringify(login)).to.include({
          message: LOST_COOKIE,
        });
        const session = { login };
        userOf(await end(strategy, await begin(strategy, session), session));
      }
      const good = {
        login: [
          { handle, at, accessType },
          { handle: 'y', at, accessType: 'offline' },
        ],
      };
      expect(
        failureOf(await end(strategy, `${callbackURL}?error=access_denied&state=y`, good)).code,
      ).to.equal('access_denied');
    });

    it('none, or one that cannot be written to, is an error, and names the three ways on', async () => {
      for (const state of ['auto', true] as const) {
        const strategy = make(silent, { state });
        for (const request of [
          get('/'),
          get('/cb?auth_code=abc'),
          get('/cb?error=busy'),
          get('/', { session: undefined }),
        ]) {
          expect(errorOf(await authenticate(strategy, request)).message).to.equal(
            'Hiworks login: the request has no session to keep the login in. Register session middleware before both ' +
              'routes, give a `store` of your own, or accept logins without protection with state: false',
          );
        }
        const broken = () => {
          throw new Error('no session today');
        };
        for (const session of [
          Object.freeze({}),
          new Proxy({}, { set: broken }),
          new Proxy({}, { get: broken }),
        ]) {
          errorOf(await authenticate(strategy, get('/', { session })));
        }
        expect(
          errorOf(
            await authenticate(strategy, get('/cb?auth_code=a', { session: new Proxy({}, { get: broken }) })),
          ).message,
        ).to.equal('no session today');
      }
    });
  });

  describe('and may repeat its callback', () => {
    /** Arrives several times with one code, before Hiworks has responded: as a double click or a reload does. */
    async function repeat(strategy: HiworksStrategy, url: string, sessions: Session[]): Promise<Outcome[]> {
      return Promise.all(sessions.map((session) => end(strategy, url, session)));
    }

    for (const server of ['silent', 'echoing'] as const) {
      for (const kept of ['one object', 'copies, as session stores make them'] as const) {
        it(`while the first is being answered: one token request, all succeed (${server}; ${kept})`, async () => {
          const session: Session = {};
          const verified: string[] = [];
          const hiworks = server === 'silent' ? silent : echoing;
          const strategy = make(hiworks, {}, (accessToken, _refreshToken, profile, done) => {
            verified.push(accessToken);
            setImmediate(done, null, profile);
          });
          const url = await begin(strategy, session, { state: 'x' });
          const sessions = [1, 2, 3].map(() => (kept === 'one object' ? session : structuredClone(session)));
          for (const outcome of await repeat(strategy, url, sessions)) {
            expect(userOf(outcome).id).to.equal('1234567');
            expect(outcome).to.have.deep.property('info', { state: 'x' });
          }
          expect(tokenRequests()).to.equal(1);
          expect(verified, 'verify is called for each').to.have.lengthOf(3);
          expect(new Set(verified).size, 'with one access token').to.equal(1);
          for (const each of sessions) {
            expect(JSON.stringify(each)).to.equal('{}');
          }
        });
      }
    }

    it('and if Hiworks refuses, all are told, and another try sends another request', async () => {
      const session: Session = {};
      const strategy = make(echoing);
      const url = await begin(strategy, session);
      echoing.fail('token', { code: 'ERR', msg: '점검 중' });
      for (const outcome of await repeat(strategy, url, [session, session])) {
        expect(errorOf(outcome).message).to.include('점검 중');
      }
      expect(tokenRequests()).to.equal(1);
      userOf(await end(strategy, url, session));
      expect(tokenRequests()).to.equal(2);
    });

    it('but another code does not fit a login whose code is being exchanged', async () => {
      const session: Session = {};
      const strategy = make(echoing);
      const url = await begin(strategy, session);
      const forged = new URL(url);
      forged.searchParams.set('auth_code', 'another');
      const [genuine, other] = await Promise.all([
        end(strategy, url, session),
        end(strategy, forged.href, session),
      ]);
      userOf(genuine);
      expect(failureOf(other)).to.include({ code: 'state_mismatch' });
      expect(tokenRequests()).to.equal(1);
    });

    it('and several tabs without `state` take a login each', async () => {
      const session: Session = {};
      const strategy = make(silent);
      const urls = [
        await begin(strategy, session, { state: 1 }),
        await begin(strategy, session, { state: 2 }),
      ];
      const outcomes = await Promise.all(urls.map((url) => end(strategy, url, session)));
      expect(outcomes.map((outcome) => (outcome as { info: object }).info)).to.have.deep.members([
        { state: 1 },
        { state: 2 },
      ]);
      expect(JSON.stringify(session)).to.equal('{}');
    });
  });

  describe('state: false', () => {
    it('keeps nothing in a session, and checks nothing', async () => {
      const strategy = make(silent, { state: false });
      const session = Object.freeze({});
      const location = await start(strategy, session, { state: { returnTo: '/' } });
      expect(location.searchParams.has('state')).to.equal(false);
      userOf(await end(strategy, `${await begin(strategy, session)}&state=whatever`, session));
    });

    it('lets a string go out as it is', async () => {
      const location = await start(make(silent, { state: false }), undefined, { state: 'my own' });
      expect(location.searchParams.get('state')).to.equal('my own');
    });
  });

  it("once a process, under 'auto', a warning says that `state: true` can be set", async () => {
    // A copy of its own, since the other scenarios have used it up.
    const { HiworksStrategy } = freshCopy<typeof import('passport-hiworks')>('passport-hiworks');
    const warnings: (Error & { code?: string })[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    /** The warnings that a login leads to. */
    async function warningsOf(server: HiworksServer, state: HiworksStrategyOptions['state'], code?: string) {
      const options = { ...server.options, callbackURL, state } as HiworksStrategyOptions;
      const strategy = new HiworksStrategy(options, takesEverybody);
      const session: Session = {};
      const url = new URL(await begin(strategy, session));
      if (code) {
        url.searchParams.set('auth_code', code);
      }
      warnings.length = 0;
      const { kind } = await end(strategy, url.href, session);
      expect(kind).to.equal(code ? 'error' : 'success');
      // Warnings are emitted a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      return warnings.map(({ code, message }) => ({ code, message }));
    }

    process.on('warning', hear);
    try {
      expect(await warningsOf(silent, 'auto'), 'none returned').to.deep.equal([]);
      expect(await warningsOf(echoing, true), 'state: true').to.deep.equal([]);
      expect(await warningsOf(echoing, 'auto', 'wrong-code'), 'refused').to.deep.equal([]);
      expect(await warningsOf(echoing, 'auto'), 'returned').to.deep.equal([
        {
          code: 'HIWORKS_STATE_RETURNED',
          message:
            'Hiworks returned `state` with a callback: you may set state: true, which then protects every login in full',
        },
      ]);
      expect(await warningsOf(echoing, 'auto'), 'again').to.deep.equal([]);
    } finally {
      process.off('warning', hear);
    }
  });
});
