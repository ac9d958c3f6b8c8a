import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import cookieSession from 'cookie-session';
import { Passport } from 'passport';
import { CALLBACK_URL, CROSS_SITE, hiworksServers, MINUTE } from './support/hiworks.js';
import { authenticate, errorOf, failureOf, get, type Session, start, userOf } from './support/login.js';
import { Visitor } from './support/visitor.js';

/** A session of which only whole-key assignment survives, as in encrypted cookie sessions. */
class CookieSession {
  cookie = '{}';

  /** The session object of one request; later requests see only what was assigned to its keys. */
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

/** A return path in Korean, as browsers send it: 300 bytes. */
const koreanPath = (n: number) => `/게시판/${n}/${'공지사항'.repeat(6)}`;

describe('The pending logins of a session', () => {
  const { servers, make, begin, end } = hiworksServers();

  const pendingOf = (session: Session): { state?: unknown; crossSite?: true }[] =>
    (session.login as object[] | undefined) ?? [];
  const strategyWithKey = () => make('echoing', { sessionKey: 'login' });

  it('pending logins are kept under one key: that of `sessionKey`, or of the client id and callback URL', async () => {
    const session: Session = {};
    await start(make('silent'), session);
    await start(make('silent', { sessionKey: 'login' }), session);
    await start(make('silent', { callbackURL: undefined }), session);
    const { clientID } = servers.silent.options;
    expect(Object.keys(session)).to.deep.equal([
      `hiworks:${clientID}:${CALLBACK_URL}`,
      'login',
      `hiworks:${clientID}:`,
    ]);
    expect(pendingOf(session)[0]).to.have.all.keys('handle', 'at', 'accessType', 'path');
  });

  it('pending logins of two strategies do not mix', async () => {
    const session = {};
    const [employees, partners] = [make('echoing'), make('echoing', { sessionKey: 'partners' })];
    const theirs = await begin(partners, session);
    const ours = await begin(employees, session);
    expect(failureOf(await end(employees, theirs, session)).code).to.equal('state_mismatch');
    userOf(await end(employees, ours, session));
    userOf(await end(partners, theirs, session));
  });

  it('pending logins need only whole-key assignment, for a retry after an abandoned login as well', async () => {
    const browser = new CookieSession();
    const strategy = make('echoing');
    await begin(strategy, browser.open());
    const retry = await begin(strategy, browser.open());
    userOf(await end(strategy, retry, browser.open()));
    expect(failureOf(await end(strategy, retry, browser.open())).code).to.equal('state_mismatch');
  });

  it('pending logins are at most ten: cross-site ones are dropped first, then the oldest', async () => {
    const session: Session = {};
    const strategy = strategyWithKey();
    await start(strategy, session, { state: 'own 0' });
    await start(strategy, session, { state: 'foreign 0' }, { headers: { host: 'h', ...CROSS_SITE } });
    await start(strategy, session, { state: 'foreign 1' }, { headers: { host: 'h', ...CROSS_SITE } });
    for (let n = 1; n <= 8; n++) {
      await start(strategy, session, { state: `own ${n}` });
    }
    const states = () => pendingOf(session).map(({ state }) => state);
    expect(states()).to.have.lengthOf(10).and.not.include('foreign 0');
    await start(strategy, session, { state: 'own 9' });
    expect(states()).to.have.lengthOf(10).and.not.include('foreign 1');
    await start(strategy, session, { state: 'own 10' });
    expect(states()).to.deep.equal(Array.from({ length: 10 }, (_, n) => `own ${n + 1}`));
  });

  it('pending logins never drop the newest, even if another site started it', async () => {
    const session: Session = {};
    const strategy = strategyWithKey();
    for (let n = 0; n < 10; n++) {
      await start(strategy, session);
    }
    await start(strategy, session, {}, { headers: { host: 'h', ...CROSS_SITE } });
    expect(pendingOf(session)).to.have.lengthOf(10);
    expect(pendingOf(session).at(-1)).to.have.property('crossSite', true);
  });

  it('pending logins are at most 2 KB of JSON, the newest with its own return path among them', async () => {
    const session: Session = {};
    const strategy = strategyWithKey();
    for (let n = 0; n < 10; n++) {
      const url = await begin(strategy, session, { state: { returnTo: encodeURI(koreanPath(n)) } });
      expect(Buffer.byteLength(JSON.stringify(session.login))).to.be.at.most(2048);
      const copy = structuredClone(session);
      expect(await end(strategy, url, copy)).to.have.deep.property('info', {
        state: { returnTo: encodeURI(koreanPath(n)) },
      });
    }
    expect(pendingOf(session).length).to.be.at.least(3);
  });

  it('pending logins may take exactly 2,048 bytes, and one byte more drops the oldest', async () => {
    for (const [surplus, kept] of [
      [0, 3],
      [1, 2],
    ] as const) {
      const session: Session = {};
      const strategy = strategyWithKey();
      const bytes = () => Buffer.byteLength(JSON.stringify(session.login));
      await start(strategy, session, { state: '' });
      const entry = bytes() - '[]'.length;
      await start(strategy, session, { state: 'x'.repeat(900) });
      await start(strategy, session, { state: 'x'.repeat(2048 + surplus - bytes() - ','.length - entry) });
      expect(pendingOf(session)).to.have.lengthOf(kept);
      expect(bytes()).to.be.at.most(2048);
    }
  });

  it('pending logins count bytes, not characters', async () => {
    const session: Session = {};
    const strategy = strategyWithKey();
    for (let n = 0; n < 10; n++) {
      await start(strategy, session, { state: koreanPath(n).repeat(3) });
      expect(Buffer.byteLength(JSON.stringify(session.login))).to.be.at.most(2048);
    }
  });

  it('pending logins keep one login with a state of 1 KB and a long path', async () => {
    const session: Session = {};
    const strategy = strategyWithKey();
    await begin(strategy, session, { state: 'x'.repeat(1022) }, {}, `/${'a'.repeat(5000)}`);
    expect(pendingOf(session)).to.have.lengthOf(1);
    await begin(strategy, session, { state: 'y'.repeat(1022) });
    expect(pendingOf(session)).to.have.lengthOf(1);
    expect(pendingOf(session)[0]?.state).to.equal('y'.repeat(1022));
  });

  describe('and the application\u2019s `state`', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const throwing = {
      toJSON() {
        throw new Error('no JSON today');
      },
    };

    for (const [name, state] of [
      ['a BigInt', { id: 10n }],
      ['a cycle', circle],
      ['a toJSON that throws', throwing],
      ['a function', () => undefined],
      ['a symbol', Symbol('state')],
      ['1,025 bytes', 'x'.repeat(1023)],
      ['1,026 bytes in Korean', `${'가'.repeat(341)}x`],
    ] as const) {
      it(`the state of authenticate() is an error for ${name}, before the session is touched`, async () => {
        const session: Session = Object.freeze({});
        const error = errorOf(await authenticate(strategyWithKey(), get('/auth', { session }), { state }));
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message).to.include('`state` of authenticate()');
        expect(error.cause === undefined).to.equal(!/BigInt|cycle|toJSON/.test(name));
      });
    }

    it('the state of authenticate() is copied: a later change of the object does not reach the session, nor does a store\u2019s reference', async () => {
      const session: Session = {};
      const strategy = make('echoing');
      const state = { returnTo: '/inbox', at: new Date(0), undefined };
      const url = await begin(strategy, session, { state });
      state.returnTo = '/evil';
      expect(await end(strategy, url, session)).to.have.deep.property('info', {
        state: { returnTo: '/inbox', at: '1970-01-01T00:00:00.000Z' },
      });
    });

    for (const state of ['가'.repeat(340), null, 0, '', [], false]) {
      it(`the state of authenticate() is kept as it is: ${JSON.stringify(state).slice(0, 9)}`, async () => {
        const session: Session = {};
        const strategy = make('echoing');
        const url = await begin(strategy, session, { state });
        expect(await end(strategy, url, session)).to.have.deep.property('info', { state });
      });
    }
  });

  it('pending logins ignore anything else that the session holds under the key', async () => {
    const strategy = strategyWithKey();
    const handle = 'x'.repeat(32);
    const at = Date.now();
    const login = { handle, at, accessType: 'online', path: '/a' };
    const { handle: _handle, ...withoutHandle } = login;
    const { at: _at, ...withoutTime } = login;
    const { path: _path, ...withoutPath } = login;
    const odd = [
      null,
      7,
      'abc',
      {},
      [null],
      [7],
      [withoutHandle],
      [withoutTime],
      [withoutPath],
      [{ ...login, at: 'now' }],
      [{ ...login, handle: 5 }],
      [{ ...login, accessType: 'both' }],
      [{ ...login, path: 7 }],
      [{ ...login, at: Number.NaN }],
      [{ ...login, at: String(at) }],
      [{ ...login, at: at + 11 * MINUTE }],
    ];
    for (const stored of odd) {
      const url = `${CALLBACK_URL}?auth_code=abc&state=${handle}`;
      expect(failureOf(await end(strategy, url, { login: stored })).code, JSON.stringify(stored)).to.equal(
        'state_mismatch',
      );
      const session = { login: stored };
      userOf(await end(strategy, await begin(strategy, session), session));
    }
    const refusal = `${CALLBACK_URL}?error=access_denied&state=${handle}`;
    expect(failureOf(await end(strategy, refusal, { login: [login] })).code).to.equal('access_denied');
  });

  describe('without a session', () => {
    for (const state of ['auto', true] as const) {
      for (const path of ['/', '/cb?auth_code=abc', '/cb?error=busy']) {
        it(`without a session, ${path} is an error that says the store may not be connected (state: ${state})`, async () => {
          const { message } = errorOf(await authenticate(make('silent', { state }), get(path)));
          expect(message).to.match(/no session .*middleware registered.*store connected.*state: false/);
        });
      }
    }

    it('what a session throws is the error of the login', async () => {
      const broken = () => {
        throw new Error('no session today');
      };
      const strategy = make('silent');
      for (const session of [
        Object.freeze({}),
        new Proxy({}, { set: broken }),
        new Proxy({}, { get: broken }),
      ]) {
        errorOf(await authenticate(strategy, get('/', { session })));
      }
      const session = new Proxy({}, { get: broken });
      const { message } = errorOf(await authenticate(strategy, get('/cb?auth_code=a', { session })));
      expect(message).to.equal('no session today');
    });
  });

  describe('if none fits', () => {
    it('no pending login and no cookie: the message is about the cookie', async () => {
      const { code, message } = failureOf(await end(make('silent'), `${CALLBACK_URL}?auth_code=a`, {}));
      expect(code).to.equal('no_pending_login');
      expect(message).to.match(/without any cookie.*SameSite=Lax/);
    });

    it('no pending login, but a cookie: the message is about the session', async () => {
      const headers = { cookie: 'sid=1' };
      const { code, message } = failureOf(
        await end(make('silent'), `${CALLBACK_URL}?auth_code=a`, {}, {}, headers),
      );
      expect(code).to.equal('no_pending_login');
      expect(message).to.match(/already used.*overwritten.*another process/);
    });
  });

  it('pending logins fit into the cookie of the real cookie-session, with ten Korean return paths', async () => {
    const passport = new Passport();
    passport.use(make('silent'));
    const keep = cookieSession({ name: 'session', keys: ['not-a-secret'] });
    let starts = 0;
    const server = createServer((req, res) => {
      const options = { state: { returnTo: koreanPath(starts) } };
      // biome-ignore lint/suspicious/noExplicitAny: Express' types, for a request of node:http
      keep(req as any, res as any, () =>
        passport.authenticate('hiworks', options)(req, res, () => res.end()),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const visitor = new Visitor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      for (; starts < 10; starts++) {
        const { status } = await visitor.get('/auth/hiworks');
        expect(status).to.equal(302);
        expect(visitor.cookie('session')?.length).to.be.within(100, 4000);
      }
    } finally {
      server.close();
    }
  });
});
