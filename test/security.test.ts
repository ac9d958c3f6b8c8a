import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, globalAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { expect } from 'chai';
import cookieSession from 'cookie-session';
import express, { type ErrorRequestHandler, type Handler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, errorOf, failureOf, get, type LoginError, userOf } from './support/login.js';
import { http, rawServers, respondWith } from './support/raw-server.js';
import { ACCESS_TOKEN, CLIENT_SECRET, CODE, expectNothingSecretIn } from './support/secrets.js';
import { CALLBACK, ME_BODY, strategyFor, tokenBody } from './support/strategy.js';
import { CERTIFICATE, type TlsHiworks, tlsHiworks } from './support/tls-hiworks.js';
import { Visitor } from './support/visitor.js';

const root = join(__dirname, '..');

/** The tests behind each claim of SECURITY.md, by the claim's first words: `file: title`, with … for what differs. */
const TESTS: Record<string, readonly string[]> = {
  'A returned `state` must belong to this session.': [
    'state.test.ts: a handle is 24 random bytes, and never repeats',
    'state.test.ts: state: … refuses the callback of another session',
    'state.test.ts: state: … keeps a login for 10 minutes, to the millisecond',
    'state.test.ts: state: … accepts a callback once, and leaves other tabs alone',
    'state.test.ts: state: … refuses a forged state, without using up the genuine login',
  ],
  'A login that another site started needs its own `state` back.': [
    'browser/login-csrf.ts: …: foreign pages cannot connect an account over https',
    'browser/login-csrf.ts: …: a link on a foreign page signs in by one more click',
    'browser/login-csrf.ts: …: a link on a foreign page signs in at once if Hiworks returns state',
    'browser/login-csrf.ts: …: a typed address signs in, and connects nothing',
  ],
  'Signing in and connecting do not mix.': [
    'browser/login-csrf.ts: …: a login that was started to sign in connects nothing',
    'state.test.ts: state: … keeps signing in, connecting and each assignProperty apart',
  ],
  'A prefetch, an image or a `fetch()` starts no login and uses no code': [
    'browser/login-csrf.ts: …: a prefetch starts nothing',
    'security.test.ts: a prefetch, an image or a fetch() starts no login and uses no code',
  ],
  'A finished or refused login leaves none behind.': [
    "state.test.ts: state: 'auto' without a returned state completes the newest of several, and removes the others",
    'state.test.ts: a refusal without a returned state removes every login of its purpose that the user started',
  ],
  'Requests that must not use a code do not.': [
    'security.test.ts: a request that must not use a code is refused, and nothing is sent',
  ],
  'The client secret is sent in the body of the token request only': [
    'security.test.ts: the secret is sent in the body only, and the access token in a header only',
  ],
  'The errors of this package contain no secret, token, code or raw body': [
    'security.test.ts: a failed login prints no secret, and neither do a profile and the strategy',
    'foreign-errors.test.ts: an error that quotes the request shows no secret of it: the body, a header, JSON or percent-encoding',
  ],
  'Endpoints are `https:`': [
    'security.test.ts: endpoints are https, or http on a loopback host',
    'security.test.ts: a redirect is not followed',
  ],
  "Certificates are verified for the URL's host": [
    'security.test.ts: a certificate is verified though NODE_TLS_REJECT_UNAUTHORIZED is 0',
    "security.test.ts: a certificate is verified for the URL's host, not for a Host header",
    'security.test.ts: an agent that does not verify certificates decides for itself',
    'security.test.ts: the client certificate of https.globalAgent goes to a server that asks for one',
  ],
  'An exchange with Hiworks is bounded': [
    'security.test.ts: a response that drips or does not end is given up at the deadline or at 64 KiB',
    'security.test.ts: with 50 exchanges under way the next is busy, and its code is not sent',
  ],
  'Only the documented shape of a response is accepted': [
    'security.test.ts: a response of another shape is refused',
  ],
  "What Passport's actions throw, or an agent reports in any form, fails that one request": [
    'security.test.ts: an action that throws fails that request only',
    'foreign-errors.test.ts: an error … fails that login: connection_failed',
  ],
  '`allowedOffices` lets in no one else.': [
    'security.test.ts: a user of another office gets nowhere, and an unset or misspelled allowedOffices does not construct',
  ],
  'Overlapping logins do not mix': [
    'security.test.ts: overlapping logins sign in who they belong to, and verify has one outcome',
    'security.test.ts: a promise passed to done is an error',
  ],
  "Text of a callback's URL is kept from users.": [
    'security.test.ts: the text of a callback is for users only if a matching state came back',
  ],
  'One that the user started and did not finish': [
    'browser/login-csrf.ts: …: a login that the user started and did not finish is finished by a forged callback',
  ],
  'One that a page of the application started by itself': [
    'browser/login-csrf.ts: …: a page that starts the login by itself is as good as a click',
  ],
  'One that another host of the same site started': [
    "state.test.ts: state: 'auto' takes a start with Sec-Fetch-Site … for the user's own",
  ],
  'One that another site started, in a way that browsers do not reveal': [
    'browser/login-csrf.ts: …: foreign pages cannot sign a victim in over https, except as documented',
    'browser/login-csrf.ts: …: foreign pages and their service workers cannot sign a victim in on loopback',
    'browser/login-csrf.ts: …: foreign pages can sign a victim in, or connect an account, over plain http',
    'browser/login-csrf.ts: …: foreign pages cannot connect an account over https',
  ],
  '`state: true` closes all of this if Hiworks returns `state`.': [
    'browser/login-csrf.ts: …: state: true stops foreign pages at …, over plain http as well',
  ],
  'A marker cookie closes the foreign starts': [
    'browser/login-csrf.ts: …: a marker cookie stops foreign pages over …',
  ],
  '`state: false` checks nothing.': [
    'state.test.ts: state: false stores nothing in a session, and checks nothing',
  ],
  'A request must know `path`': [
    'security.test.ts: a menu token at another path is a 404, and nothing is sent',
  ],
  'A token reaches one path of one host': [
    'sso.test.ts: is requested under one path of the host, whatever the token is',
    'sso.test.ts: repeats the token in no profile and in no error',
  ],
  'Nothing in a token identifies the company.': [
    'demo.test.ts: creates no account for an unknown user of the menu',
  ],
  'There is no `state`.': ['security.test.ts: a link from the menu signs in any user who opens it'],
};

describe('SECURITY.md', () => {
  const page = (name: string) => readFileSync(join(root, name), 'utf8');
  const claimsOf = (text: string) =>
    [...text.slice(0, text.indexOf('\n## What the application must')).matchAll(/^\* \*\*(.+?)\*\*/gms)].map(
      ([, lead = '']) => lead.replace(/\s+/g, ' '),
    );

  it('makes no claim without a test', () => {
    expect(claimsOf(page('SECURITY.md'))).to.deep.equal(Object.keys(TESTS));
  });

  it('is backed by tests that exist', () => {
    const missing = Object.values(TESTS)
      .flat()
      .filter((test) => {
        const [, file = '', title = ''] = /^(\S+): (.*)$/.exec(test) ?? [];
        const code = page(`test/${file}`)
          .replaceAll("\\'", "'")
          .replace(/\$\{[^}]+\}/g, '…');
        return !['"', "'", '`'].some((quote) => code.includes(`it(${quote}${title}${quote}`));
      });
    expect(missing, 'renamed or removed: name them anew').to.deep.equal([]);
  });

  it('has the same sections, claims and rows in Korean', () => {
    const outline = (text: string) => text.match(/^(#+|\*|\|)(?= )/gm);
    expect(outline(page('SECURITY.ko.md'))).to.deep.equal(outline(page('SECURITY.md')));
  });
});

describe('SECURITY.md of a strategy', () => {
  const start = rawServers();

  const logIn = (url: string, options: Partial<HiworksStrategyOptions> = {}) =>
    authenticate(strategyFor(url, options), get(CALLBACK));

  it('the secret is sent in the body only, and the access token in a header only', async () => {
    const server = await start((socket, request) =>
      socket.write(http(200, request.startsWith('POST') ? tokenBody() : ME_BODY)),
    );
    userOf(await logIn(server.url, { fetchProfile: true }));
    const [token = '', profile = ''] = server.requests;
    const [head = '', body = ''] = token.split('\r\n\r\n');
    expect(body).to.include(CLIENT_SECRET);
    expect(head).not.to.include(CLIENT_SECRET);
    expect(profile).to.match(new RegExp(`\\r\\nauthorization: Bearer ${ACCESS_TOKEN}\\r\\n`, 'i'));
    expect(profile.split(ACCESS_TOKEN)).to.have.length(2);
    expect(profile.split('\r\n')[0]).to.equal('GET /user/v2/me HTTP/1.1');
  });

  it('a failed login prints no secret, and neither do a profile and the strategy', async () => {
    const bodies = [
      `{"code":"ERR","msg":"${CLIENT_SECRET} ${CODE}"}`,
      `<html>${CLIENT_SECRET} ${CODE} ${ACCESS_TOKEN}</html>`,
      tokenBody({ user_no: null }),
    ];
    for (const body of bodies) {
      const server = await start(respondWith(200, body));
      expectNothingSecretIn(errorOf(await logIn(server.url)));
    }
    const server = await start((socket, request) =>
      socket.write(http(200, request.startsWith('POST') ? tokenBody() : ME_BODY)),
    );
    expectNothingSecretIn(userOf(await logIn(server.url, { fetchProfile: true })));
    const printed = inspect(strategyFor('http://127.0.0.1:4000'), { showHidden: true, depth: null });
    expect(printed).not.to.include(CLIENT_SECRET);
  });

  it('a prefetch, an image or a fetch() starts no login and uses no code', async () => {
    const server = await start(respondWith(200, tokenBody()));
    const strategy = strategyFor(server.url, { state: 'auto' });
    for (const headers of [
      { 'sec-purpose': 'prefetch', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    ]) {
      for (const path of ['/auth/hiworks', CALLBACK]) {
        const session = {};
        const { code } = failureOf(await authenticate(strategy, get(path, { headers, session })));
        expect(code).to.equal('sec-purpose' in headers ? 'prefetch' : 'not_a_navigation');
        expect(session).to.deep.equal({});
      }
    }
    expect(server.requests).to.deep.equal([]);
  });

  it('a request that must not use a code is refused, and nothing is sent', async () => {
    const server = await start(respondWith(200, tokenBody()));
    const path = CALLBACK.replace(/\?.*/, '');
    for (const [method, search, status, query] of [
      ['HEAD', '?auth_code=a', 405, { auth_code: 'a' }],
      ['POST', '?auth_code=a', 405, { auth_code: 'a' }],
      ['GET', '?auth_code=a&auth_code=b', 400, { auth_code: ['a', 'b'] }],
      ['GET', '?auth_code[a]=b', 400, { auth_code: { a: 'b' } }],
      ['GET', '?auth_code=', 400, { auth_code: '' }],
      ['GET', '?auth_code=long', 400, { auth_code: 'a'.repeat(10_000) }],
      ['GET', '?auth_code=a%00', 400, { auth_code: 'a\0' }],
    ] as const) {
      const outcome = await authenticate(strategyFor(server.url), get(path + search, { method, query }));
      expect(failureOf(outcome), `${method} ${search}`).to.include({ status });
    }
    expect(server.requests).to.deep.equal([]);
  });

  it('endpoints are https, or http on a loopback host', () => {
    for (const endpoint of ['baseURL', 'authorizationURL', 'tokenURL', 'userProfileURL']) {
      const construct = (url: string) => () => strategyFor('https://hiworks.example', { [endpoint]: url });
      expect(construct('http://hiworks.example/x')).to.throw(TypeError, endpoint);
      construct('http://127.0.0.1:4000/x')();
    }
  });

  it('a certificate is verified though NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    const fixture = (name: string) => readFileSync(join(root, 'test/fixtures/tls-for-tests-only', name));
    const server = createServer({ key: fixture('key.pem'), cert: fixture('certificate.pem') }, () => {
      throw new Error('the secret has left');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const error = errorOf(await logIn(`https://localhost:${(server.address() as AddressInfo).port}`));
      expect(error.message).to.match(/self-signed certificate/);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      server.close();
    }
  });

  describe('with TLS', () => {
    let hiworks: TlsHiworks;

    beforeEach(async () => {
      hiworks = await tlsHiworks();
    });
    afterEach(() => hiworks.close());

    it("a certificate is verified for the URL's host, not for a Host header", async () => {
      const agent = new Agent({ ca: CERTIFICATE });
      const elsewhere = hiworks.url.replace('localhost', '127.0.0.1');
      const customHeaders = { Host: 'localhost' };
      userOf(await logIn(hiworks.url, { agent }));
      expect(errorOf(await logIn(elsewhere, { agent, customHeaders })).code).to.equal('connection_failed');
      agent.destroy();
    });

    it('an agent that does not verify certificates decides for itself', async () => {
      const agent = new Agent({ rejectUnauthorized: false });
      expect(errorOf(await logIn(hiworks.url)).code).to.equal('connection_failed');
      userOf(await logIn(hiworks.url, { agent }));
      agent.destroy();
    });
  });

  it('the client certificate of https.globalAgent goes to a server that asks for one', async () => {
    const fixture = (name: string) => readFileSync(join(root, 'test/fixtures/tls-for-tests-only', name));
    const [key, cert] = [fixture('key.pem'), fixture('certificate.pem')];
    const names: unknown[] = [];
    const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, (req, res) => {
      names.push((req.socket as TLSSocket).getPeerCertificate().subject.CN);
      res.end(tokenBody());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const own = { ...globalAgent.options };
    Object.assign(globalAgent.options, { ca: cert, key, cert });
    try {
      userOf(await logIn(`https://localhost:${(server.address() as AddressInfo).port}`));
    } finally {
      globalAgent.options = own;
      server.closeAllConnections();
      server.close();
    }
    expect(names).to.deep.equal(['localhost']);
  });

  it('a promise passed to done is an error', async () => {
    const server = await start(respondWith(200, tokenBody()));
    const strategy = new HiworksStrategy(
      { clientID: 'id', clientSecret: CLIENT_SECRET, baseURL: server.url, state: false },
      (_accessToken, _refreshToken, profile, done) => done(null, Promise.resolve(profile) as never),
    );
    expect(errorOf(await authenticate(strategy, get(CALLBACK))).message).to.include('await');
  });

  it('the text of a callback is for users only if a matching state came back', async () => {
    const strategy = strategyFor('http://127.0.0.1:1', { state: 'auto' });
    const path = CALLBACK.replace(/\?.*/, '');
    const error = `error=server_error&error_description=${'text'.repeat(100)}`;
    const failed = async (search: string, session: object) =>
      authenticate(strategy, get(`${path}?${search}`, { session: { ...session } }));
    expect(JSON.stringify(await failed(error, {}))).not.to.include('text');

    const session = {};
    const { location } = (await authenticate(strategy, get('/auth/hiworks', { session }))) as {
      location: URL;
    };
    const unproven = errorOf(await failed(error, session)) as LoginError & { description?: string };
    expect(unproven.message).to.include('text');
    expect(unproven.description).to.equal(undefined);
    const state = location.searchParams.get('state');
    const proven = errorOf(await failed(`${error}&state=${state}`, session)) as LoginError & {
      description?: string;
    };
    expect(proven.description).to.equal('text'.repeat(50));
  });

  it('a redirect is not followed', async () => {
    const elsewhere = await start(respondWith(200, tokenBody()));
    const server = await start(respondWith(307, '', { location: elsewhere.url }));
    expect(errorOf(await logIn(server.url)).code).to.equal('redirected');
    expect(elsewhere.requests).to.deep.equal([]);
  });

  it('a response that drips or does not end is given up at the deadline or at 64 KiB', async () => {
    const dripping = await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const drip = setInterval(() => socket.write(' '), 20);
      socket.once('close', () => clearInterval(drip));
    });
    expect(errorOf(await logIn(dripping.url, { timeout: 200 })).code).to.equal('timeout');
    const endless = await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const pour = () => socket.writable && socket.write(' '.repeat(16_384), () => setImmediate(pour));
      pour();
    });
    expect(errorOf(await logIn(endless.url)).code).to.equal('too_large');
  });

  it('with 50 exchanges under way the next is busy, and its code is not sent', async () => {
    let resolve: () => void = () => undefined;
    const all = new Promise<void>((resolver) => {
      resolve = resolver;
    });
    const server = await start(() => server.requests.length === 50 && resolve());
    const strategy = strategyFor(server.url, { timeout: 4_000 });
    const logins = Array.from({ length: 50 }, () => authenticate(strategy, get(CALLBACK)));
    await all;
    const next = errorOf(await authenticate(strategy, get(CALLBACK)));
    expect(next).to.include({ code: 'busy', status: 503 });
    expect(server.requests).to.have.length(50);
    await server.close();
    await Promise.all(logins);
  });

  it('a response of another shape is refused', async () => {
    const bodies = [
      // More than JSON can carry: parsed, it is 9007199254740992.
      tokenBody().replace('"1234567"', '9007199254740993'),
      tokenBody({ office_no: undefined }),
      tokenBody({ access_token: 'two\nlines' }),
      '{"code":"SUC","data":null}',
      `access_token=${ACCESS_TOKEN}&user_no=1234567`,
    ];
    for (const body of bodies) {
      const server = await start(respondWith(200, body));
      expect(errorOf(await logIn(server.url)).code, body).to.be.oneOf(['wrong_shape', 'not_json']);
    }
    const server = await start(respondWith(500, tokenBody()));
    expect(errorOf(await logIn(server.url)).code).to.equal('unexpected_status');
  });

  it('a user of another office gets nowhere, and an unset or misspelled allowedOffices does not construct', async () => {
    const server = await start(respondWith(200, tokenBody()));
    const unset: string | undefined = process.env.NEVER_SET;
    let calls = 0;
    const strategy = (more: object) =>
      new HiworksStrategy(
        {
          clientID: 'id',
          clientSecret: CLIENT_SECRET,
          baseURL: server.url,
          state: false,
          fetchProfile: true,
          ...more,
        },
        (_accessToken, _refreshToken, profile, done) => {
          calls += 1;
          done(null, profile);
        },
      );
    const outcome = await authenticate(strategy({ allowedOffices: '456456' }), get(CALLBACK));
    expect(failureOf(outcome)).to.include({ code: 'office_not_allowed', officeNo: '123123', status: 403 });
    expect([calls, server.requests.length]).to.deep.equal([0, 1]);
    expect(() => strategy({ allowedOffices: unset })).to.throw(TypeError, 'allowedOffices');
    expect(() => strategy({ allowedOffice: '123123' })).to.throw(TypeError, 'allowedOffices');
  });

  it('overlapping logins sign in who they belong to, and verify has one outcome', async () => {
    const server = await start((socket, request) => {
      const [, user_no = ''] = /auth_code=\D*(\d+)/.exec(request) ?? [];
      setImmediate(() => socket.write(http(200, tokenBody({ user_no }))));
    });
    const strategy = new HiworksStrategy(
      { clientID: 'id', clientSecret: CLIENT_SECRET, baseURL: server.url, state: false },
      (_accessToken, _refreshToken, profile, done) => {
        done(null, profile);
        done(null, { id: 'another user' });
        throw new Error('too late');
      },
    );
    const numbers = Array.from({ length: 40 }, (_, index) => String(1_234_567 + index));
    const outcomes = await Promise.all(
      numbers.map((number) => {
        const seen: object[] = [];
        const request = get(`/auth/hiworks/callback?auth_code=code${number}`);
        return authenticate(strategy, request, {}, 'instance', seen as never).then((outcome) => ({
          outcome,
          seen,
        }));
      }),
    );
    expect(outcomes.map(({ outcome }) => userOf(outcome).id)).to.deep.equal(numbers);
    expect(outcomes.filter(({ seen }) => seen.length !== 1)).to.deep.equal([]);
  });
});

describe('SECURITY.md of an application', () => {
  const callbackPath = '/auth/hiworks/callback';
  const closing: (() => unknown)[] = [];
  let hiworks: HiworksServer;
  let visitor: Visitor;
  let url: string;

  /** Starts an Express application whose `/` says who is signed in, what is connected and what was planted. */
  async function startApplication(
    callbackRoute: (passport: InstanceType<typeof Passport>) => Handler,
    sessions: Handler = session({ secret: 'for tests only', resave: false, saveUninitialized: false }),
  ): Promise<void> {
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, user));
    passport.deserializeUser((user: Express.User, done) => done(null, user));
    const app = express();
    app.use(sessions);
    app.use(passport.session());
    app.get('/', (req, res) => {
      const { planted = 'nothing' } = req.session as { planted?: string };
      res.send(`${(req.user as { id: string } | undefined)?.id ?? 'no one'}, planted: ${planted}`);
    });
    app.get('/plant', (req, res) => {
      Object.assign(req.session, { planted: 'something' });
      res.end();
    });
    app.get('/auth/hiworks', passport.authenticate('hiworks'));
    app.get(callbackPath, callbackRoute(passport), (req, res) => {
      const { account } = req as { account?: { id: string } };
      res.send(account ? `connected: ${account.id}` : 'signed in');
    });
    app.get('/menu/:path', passport.authenticate('hiworks-sso', { successRedirect: '/' }));
    app.use(((error, _req, res, _next) =>
      res.status(500).send(`failed: ${error.message}`)) as ErrorRequestHandler);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const callbackURL = url + callbackPath;
    const path = '/menu/unguessable-in-this-test-0';
    hiworks = await createHiworksServer({ callbackURL, ssoURL: url + path });
    passport.use(
      new HiworksStrategy({ ...hiworks.options, callbackURL }, (_accessToken, _refreshToken, profile, done) =>
        done(null, profile),
      ),
    );
    passport.use(
      new HiworksSSOStrategy({ ...hiworks.ssoOptions, path }, (profile, done) => done(null, profile)),
    );
    visitor = new Visitor(url);
    closing.push(() => server.close(), hiworks.close);
  }

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  async function finishLogin(): Promise<string> {
    const { location = '' } = await visitor.get('/auth/hiworks');
    return (await visitor.get(await hiworks.signIn(location, '1234567'))).body;
  }

  it('an action that throws fails that request only', async () => {
    await startApplication((passport) => passport.authenticate('hiworks', { failureFlash: true }));
    const { status, body } = await visitor.get(`${callbackPath}?auth_code=a&state=b`);
    expect([status, body]).to.deep.equal([500, 'failed: req.flash is not a function']);
    expect(await finishLogin()).to.equal('signed in');
  });

  it('keepSessionInfo carries over what was planted before the login', async () => {
    for (const [keepSessionInfo, planted] of [
      [false, 'nothing'],
      [true, 'something'],
    ] as const) {
      await startApplication((passport) => passport.authenticate('hiworks', { keepSessionInfo }));
      await visitor.get('/plant');
      await finishLogin();
      expect((await visitor.get('/')).body).to.equal(`1234567, planted: ${planted}`);
    }
  });

  it('authorize without options is taken for authenticate', async () => {
    type Authorize = (name: string, ...more: unknown[]) => Handler;
    for (const [options, outcome] of [
      [[], 'connected: 1234567'],
      [[{}], 'refused: state_mismatch'],
    ] as const) {
      await startApplication((passport) => (req, res, next) => {
        const finish = (_error: unknown, account?: { id: string }, info?: { code?: string }) =>
          res.send(account ? `connected: ${account.id}` : `refused: ${info?.code}`);
        (passport.authorize.bind(passport) as unknown as Authorize)('hiworks', ...options, finish)(
          req,
          res,
          next,
        );
      });
      expect(await finishLogin()).to.equal(outcome);
    }
  });

  it('a menu token at another path is a 404, and nothing is sent', async () => {
    await startApplication((passport) => passport.authenticate('hiworks'));
    const { search } = new URL(await hiworks.openMenu('1234567'));
    for (const path of ['unguessable-in-this-test-1', 'unguessable-in-this-test', 'x']) {
      expect((await visitor.get(`/menu/${path}${search}`)).status, path).to.equal(404);
    }
    expect(hiworks.requests.filter(({ path }) => path.startsWith('/v4/tokens'))).to.deep.equal([]);
  });

  it('an old copy of a cookie session still holds its pending login', async () => {
    const sessions = cookieSession({ name: 'session', keys: ['for tests only'] });
    await startApplication((passport) => passport.authenticate('hiworks', { session: false }), sessions);
    const { location = '' } = await visitor.get('/auth/hiworks');
    const cookie = ['session', 'session.sig'].map((name) => `${name}=${visitor.cookie(name)}`).join('; ');
    expect((await visitor.get(await hiworks.signIn(location, '1234567'))).body).to.equal('signed in');
    const replayed = await fetch(await hiworks.signIn(location, '1234568'), { headers: { cookie } });
    expect(await replayed.text()).to.equal('signed in');
    expect((await visitor.get(await hiworks.signIn(location, '1234568'))).status).to.equal(403);
  });

  it('a link from the menu signs in any user who opens it', async () => {
    await startApplication((passport) => passport.authenticate('hiworks'));
    const linkOfAnother = await hiworks.openMenu('1234568');
    await visitor.get(linkOfAnother);
    expect((await visitor.get('/')).body).to.equal('1234568, planted: nothing');
  });
});
