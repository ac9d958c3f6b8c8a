import { expect } from 'chai';
import { HiworksAuthorizationError, type HiworksStrategy } from 'passport-hiworks';
import { CALLBACK_URL, CONNECT, CROSS_SITE, hiworksServers, MINUTE } from './support/hiworks.js';
import {
  authenticate,
  errorOf,
  type FakeRequest,
  failureOf,
  get,
  locationOf,
  type Session,
  start,
  userOf,
} from './support/login.js';

/** What Hiworks may send on a refusal or an error, for all that is known. */
const UNKNOWN: [query: string, names: string][] = [
  ['', 'no parameter at all'],
  ['?', 'no parameter at all'],
  ['?error_code=901&error_message=secret-text', 'error_code, error_message'],
  ['?result=fail', 'result'],
  ['?result=fail&result=again', 'result'],
  ['?a[b]=1&c.d=2', 'a[b], c.d'],
  ['?x0sh0uldneverbeseenauthcode00000002', '[hidden]'],
];

describe('A callback with none of the known parameters', () => {
  const { make, begin, end } = hiworksServers();
  const realNow = Date.now;

  afterEach(() => {
    Date.now = realNow;
  });

  for (const state of ['auto', true] as const) {
    for (const [query, names] of UNKNOWN) {
      it(`an unknown callback is an error that lists the names (state: ${state}, "${query}")`, async () => {
        const session: Session = {};
        const strategy = make('silent', { state });
        await begin(strategy, session);
        const before = JSON.stringify(session);
        const error = errorOf(await end(strategy, CALLBACK_URL + query, session));
        expect(error).to.be.instanceOf(HiworksAuthorizationError);
        expect(error).to.include({ code: 'server_error', status: 502, description: undefined });
        expect(error.message).to.include(names).and.not.include('secret-text');
        expect(JSON.stringify(session), 'removes no login').to.equal(before);
      });
    }
  }

  it('an unknown callback is the same error for a login that another site started, or that connects an account', async () => {
    for (const [options, headers] of [
      [{}, CROSS_SITE],
      [CONNECT, {}],
    ] as const) {
      const session: Session = {};
      const strategy = make('silent');
      await begin(strategy, session, options, headers);
      expect(errorOf(await end(strategy, `${CALLBACK_URL}?result=fail`, session)).code).to.equal(
        'server_error',
      );
    }
  });

  it('an unknown callback lists at most 20 names', async () => {
    const session: Session = {};
    const strategy = make('silent');
    await begin(strategy, session);
    const query = Array.from({ length: 100 }, (_, n) => `p${n}=1`).join('&');
    const { message } = errorOf(await end(strategy, `${CALLBACK_URL}?${query}`, session));
    expect(message.match(/p\d+/g)).to.have.lengthOf(20);
  });

  it('an unknown callback is the start of a login if none is pending in this session: a bookmark, or a reload after a success', async () => {
    const session: Session = {};
    const strategy = make('silent');
    locationOf(await end(strategy, CALLBACK_URL, {}));
    userOf(await end(strategy, await begin(strategy, session), session));
    locationOf(await end(strategy, CALLBACK_URL, session));
  });

  it('an unknown callback is the start of a login once the pending one has expired', async () => {
    const session: Session = {};
    const strategy = make('silent');
    await begin(strategy, session);
    Date.now = () => realNow() + 10 * MINUTE + 1000;
    locationOf(await end(strategy, CALLBACK_URL, session));
  });

  it('an unknown callback is the start of a login in an application with one route for both', async () => {
    const session: Session = {};
    const strategy = make('silent');
    for (const path of ['/cb', '/cb/', '/CB']) {
      locationOf(await authenticate(strategy, get(path, { session })));
    }
  });

  it('an unknown callback is recognised behind a proxy that strips a prefix, and under a mount', async () => {
    for (const request of [
      { url: '/hiworks/cb?result=fail' },
      { url: '/cb?result=fail', originalUrl: '/app/cb?result=fail' },
      { url: '/cb?result=fail', query: { result: 'fail' } },
    ] as FakeRequest[]) {
      const session: Session = {};
      const strategy = make('silent');
      await begin(strategy, session);
      expect(errorOf(await authenticate(strategy, get('', { session, ...request }))).code).to.equal(
        'server_error',
      );
    }
  });

  it('a callback without parameters is told from a start route by the ends of long paths', async () => {
    const session: Session = {};
    const mount = `/${'a'.repeat(100)}`;
    const strategy = make('silent', { callbackURL: `${mount}/callback` });
    locationOf(await authenticate(strategy, get(`${mount}/login`, { session })));
    const outcome = await authenticate(strategy, get(`${mount}/callback`, { session }));
    expect(errorOf(outcome).code).to.equal('server_error');
  });

  it('an unknown callback that is not a navigation starts no login', async () => {
    const session: Session = {};
    const strategy = make('silent');
    await begin(strategy, session);
    const headers = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
    expect(failureOf(await end(strategy, CALLBACK_URL, session, {}, headers)).code).to.equal(
      'not_a_navigation',
    );
  });

  it('unknown parameters elsewhere start a login: they belong to the application', async () => {
    const session: Session = {};
    const strategy = make('silent');
    await begin(strategy, session);
    locationOf(await authenticate(strategy, get('/issues?result=fail', { session })));
  });

  describe('without a callbackURL', () => {
    const withoutCallbackURL = () => make('silent', { callbackURL: undefined });

    it('without a callbackURL, an unknown callback is an error at any path but that of the start', async () => {
      const session: Session = {};
      const strategy = withoutCallbackURL();
      await start(strategy, session);
      expect(errorOf(await end(strategy, `${CALLBACK_URL}?result=fail`, session)).code).to.equal(
        'server_error',
      );
      locationOf(await authenticate(strategy, get('/auth/hiworks?from=menu', { session })));
    });

    it('without a callbackURL, a request from a page of the application starts a login: another start route', async () => {
      const session: Session = {};
      const strategy = withoutCallbackURL();
      await start(strategy, session);
      const headers = { host: 'app.example.com', 'sec-fetch-site': 'same-origin' };
      locationOf(await authenticate(strategy, get('/connect/hiworks', { session, headers })));
    });
  });

  for (const [name, options] of [
    ['state: false', { state: false }],
    [
      'a custom store',
      { store: { store: (_req: never, done: never) => (done as () => void)(), verify: () => undefined } },
    ],
  ] as const) {
    it(`an unknown callback with ${name} is an error if it came from another site and logins were started at another path`, async () => {
      const strategy = make('silent', options);
      const bare = () =>
        authenticate(strategy, get('/cb?result=fail', { headers: { host: 'h', ...CROSS_SITE } }));
      locationOf(await bare());
      expect((await bare()).kind, 'one route for both').to.equal('redirect');
      locationOf(await authenticate(strategy, get('/auth/hiworks')));
      expect(errorOf(await bare()).code).to.equal('server_error');
      locationOf(await authenticate(strategy, get('/cb?result=fail')));
    });
  }

  it('an unknown callback with state: false counts the first start as well', async () => {
    const strategy = make('silent', { state: false });
    locationOf(await authenticate(strategy, get('/auth/hiworks')));
    const headers = { host: 'h', ...CROSS_SITE };
    expect(errorOf(await authenticate(strategy, get('/cb', { headers }))).code).to.equal('server_error');
    locationOf(await authenticate(strategy, get('/AUTH/hiworks/', { headers })));
  });

  it('an unknown callback is judged by the logins of its own strategy', async () => {
    const headers = { host: 'h', ...CROSS_SITE };
    locationOf(await authenticate(make('silent', { state: false }), get('/auth/hiworks')));
    const other: HiworksStrategy = make('silent', { state: false });
    locationOf(await authenticate(other, get('/cb', { headers })));
  });
});
