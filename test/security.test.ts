import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import express, { type ErrorRequestHandler, type Handler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, errorOf, failureOf, get, userOf } from './support/login.js';
import { http, rawServers, respondWith } from './support/raw-server.js';
import { ACCESS_TOKEN, CLIENT_SECRET, CODE, expectNothingSecretIn } from './support/secrets.js';
import { CALLBACK, ME_BODY, strategyFor, tokenBody } from './support/strategy.js';
import { Visitor } from './support/visitor.js';

const root = join(__dirname, '..');

describe('SECURITY.md', () => {
  const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const references = [
    ...text.replace(/\s+/g, ' ').matchAll(/`(test\/[\w./-]+\.ts)`: (“[^”]+”(?:, “[^”]+”)*)/g),
  ].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
  );

  it('names tests that exist', () => {
    expect(references).to.have.length.above(30);
    const missing = references.filter(({ file, title }) => {
      const code = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'").replaceAll('\\u2019', '’');
      return !['"', "'", '`'].some((quote) => code.includes(`it(${quote}${title}${quote}`));
    });
    expect(missing, 'renamed or removed: name them anew').to.deep.equal([]);
  });

  it('names one for each claim of what the package does, and of what remains', () => {
    const claims = [...text.matchAll(/^\* .*(\n {2}.*)*/gm)].map(([claim]) => claim);
    const duties = claims.filter(
      (claim) => text.indexOf(claim) > text.indexOf('## What the application must do'),
    );
    expect(duties).to.have.length.above(5);
    const unpinned = claims.filter((claim) => !duties.includes(claim) && !claim.includes('(`test/'));
    expect(unpinned).to.deep.equal([]);
  });
});

describe('What SECURITY.md says of a strategy', () => {
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

  it('a failed login prints no secret, and neither does the strategy', async () => {
    const bodies = [
      `{"code":"ERR","msg":"${CLIENT_SECRET} ${CODE}"}`,
      `<html>${CLIENT_SECRET} ${CODE} ${ACCESS_TOKEN}</html>`,
      tokenBody({ user_no: null }),
    ];
    for (const body of bodies) {
      const server = await start(respondWith(200, body));
      expectNothingSecretIn(errorOf(await logIn(server.url)));
    }
    const printed = inspect(strategyFor('http://127.0.0.1:4000'), { showHidden: true, depth: null });
    expect(printed).not.to.include(CLIENT_SECRET);
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

  it('a response of another shape signs nobody in', async () => {
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
    const unset: string | undefined = process.env.NOBODY_SETS_THIS;
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
        done(null, { id: 'somebody else' });
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

describe('What SECURITY.md says of an application', () => {
  const callbackPath = '/auth/hiworks/callback';
  const closing: (() => unknown)[] = [];
  let hiworks: HiworksServer;
  let visitor: Visitor;
  let url: string;

  /** Starts an Express application whose `/` says who is signed in, what is connected and what was planted. */
  async function startApplication(
    callbackRoute: (passport: InstanceType<typeof Passport>) => Handler,
  ): Promise<void> {
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, user));
    passport.deserializeUser((user: Express.User, done) => done(null, user));
    const app = express();
    app.use(session({ secret: 'for tests only', resave: false, saveUninitialized: false }));
    app.use(passport.session());
    app.get('/', (req, res) => {
      const { planted = 'nothing' } = req.session as { planted?: string };
      res.send(`${(req.user as { id: string } | undefined)?.id ?? 'nobody'}, planted: ${planted}`);
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

  it('an action that throws is an error of that request', async () => {
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

  it('a link from the menu signs in whoever opens it', async () => {
    await startApplication((passport) => passport.authenticate('hiworks'));
    const linkOfSomebodyElse = await hiworks.openMenu('1234568');
    await visitor.get(linkOfSomebodyElse);
    expect((await visitor.get('/')).body).to.equal('1234568, planted: nothing');
  });
});
