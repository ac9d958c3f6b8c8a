// What every runtime has to do, run by each of them: prints one line a check, and ends by itself.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { types } from 'node:util';
import { gzipSync } from 'node:zlib';
import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksStrategy,
  HiworksTokenError,
  HiworksTransportError,
  isHiworksError,
  visitorMessage,
} from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { createHiworksServer } from 'passport-hiworks/testing';
import refresh from 'passport-oauth2-refresh';
import { createBrowser } from '../tools/browser.cjs';
import {
  callbackURL,
  check,
  logIn,
  rejectionOf,
  report,
  strategyFor,
  tokens,
  user,
  withHttpServer,
  withTcpServer,
} from './harness.mjs';

const ssoPath = '/sso/kR8wZq3TnX5vB1mYc7LdPf';

/** Runs `steps` with a fake Hiworks and a browser that is at an Express application. */
async function atApplication(steps, options = {}) {
  const ssoURL = `http://localhost:3000${ssoPath}`;
  const hiworks = await createHiworksServer({ callbackURL, ssoURL, users: [user] });
  const refreshTokens = [];
  const strategy = new HiworksStrategy(
    { ...hiworks.options, callbackURL, ...options },
    (_accessToken, refreshToken, profile, done) => {
      refreshTokens.push(refreshToken);
      done(null, profile);
    },
  );
  const sso = new HiworksSSOStrategy({ ...hiworks.ssoOptions, path: ssoPath }, (profile, done) =>
    done(null, profile),
  );
  const server = createServer(application(strategy, sso));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await steps({ hiworks, open: createBrowser(server.address().port), strategy, refreshTokens });
  } finally {
    server.close();
    server.closeAllConnections();
    await hiworks.close();
  }
}

function application(...strategies) {
  const passport = new Passport();
  for (const strategy of strategies) {
    passport.use(strategy);
  }
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));
  const app = express();
  app.use(session({ secret: 'for tests only', resave: false, saveUninitialized: false }));
  app.use(passport.session());
  const toMe = (_req, res) => res.redirect('/me');
  app.get('/auth/hiworks', passport.authenticate('hiworks'));
  app.get('/auth/hiworks/callback', passport.authenticate('hiworks', { failureRedirect: '/login' }), toMe);
  app.get(ssoPath, passport.authenticate('hiworks-sso'), toMe);
  app.get('/me', (req, res) => (req.user ? res.json(req.user) : res.sendStatus(401)));
  // Express tells an error handler by its four parameters.
  app.use((error, _req, res, _next) => {
    const isNative = types.isNativeError(error) && error instanceof Error && isHiworksError(error);
    res.status(error.status ?? 500).json({ name: error.name, code: error.code, isNative });
  });
  return app;
}

async function throughHiworks({ hiworks, open }) {
  const { location } = await open('/auth/hiworks');
  return open(await hiworks.signIn(location, user.userNo));
}

await check('a login with Express, its session and its cookie', () =>
  atApplication(async (application) => {
    assert.equal((await throughHiworks(application)).location, '/me');
    const { id, officeNo, displayName } = JSON.parse((await application.open('/me')).text);
    assert.deepEqual([id, officeNo, displayName], ['1234567', '123123', undefined]);
  }),
);

await check('a login with the profile', () =>
  atApplication(
    async (application) => {
      await throughHiworks(application);
      const { displayName, username } = JSON.parse((await application.open('/me')).text);
      assert.deepEqual([displayName, username], ['홍길동', 'hong']);
    },
    { fetchProfile: true },
  ),
);

await check('a login from the Hiworks menu', () =>
  atApplication(async ({ hiworks, open }) => {
    assert.equal((await open(await hiworks.openMenu(user.userNo))).location, '/me');
    assert.equal(JSON.parse((await open('/me')).text).id, '1234567');
  }),
);

await check('a refusal', () =>
  atApplication(async ({ hiworks, open }) => {
    const { location } = await open('/auth/hiworks');
    assert.equal((await open(await hiworks.refuse(location))).location, '/login');
    assert.equal((await open('/me')).status, 401);
  }),
);

await check('a refresh, by itself and through passport-oauth2-refresh', () =>
  atApplication(
    async (application) => {
      await throughHiworks(application);
      const { strategy, refreshTokens } = application;
      const once = await strategy.refreshAccessToken(refreshTokens[0]);
      refresh.use('hiworks', strategy);
      const refreshed = (token) =>
        new Promise((resolve, reject) => {
          refresh.requestNewAccessToken('hiworks', token, (error, accessToken) =>
            error ? reject(error) : resolve(accessToken),
          );
        });
      assert.match(await refreshed(once.refreshToken), /^[a-z0-9]{32}$/);
      const error = await rejectionOf(refreshed(once.refreshToken));
      assert.ok(types.isNativeError(error) && error instanceof HiworksTokenError);
    },
    { accessType: 'offline' },
  ),
);

for (const [failure, status, expected] of [
  [{ code: 'ERR', msg: '만료된 코드입니다.' }, 401, { name: 'HiworksTokenError', code: 'ERR' }],
  ['reset', 502, { name: 'HiworksTransportError', code: 'connection_failed' }],
  ['truncate', 502, { name: 'HiworksTransportError', code: 'connection_failed' }],
  [{ body: '<html>점검 중</html>' }, 502, { name: 'HiworksTransportError', code: 'not_json' }],
]) {
  await check(`a scripted failure: ${JSON.stringify(failure)}`, () =>
    atApplication(async (application) => {
      application.hiworks.fail('token', failure);
      const response = await throughHiworks(application);
      assert.deepEqual(JSON.parse(response.text), { ...expected, isNative: true });
      assert.equal(response.status, status);
    }),
  );
}

await check('every error class makes native errors', () => {
  const errors = [
    new HiworksAuthorizationError('message', 'server_error'),
    new HiworksTokenError('message', 'ERR'),
    new HiworksProfileError('message', 'ERR'),
    new HiworksTransportError('message', 'timeout'),
  ];
  for (const error of errors) {
    assert.ok(types.isNativeError(error), error.name);
    assert.ok(error instanceof Error, error.name);
    assert.ok(isHiworksError(error), error.name);
    assert.match(error.stack, /message/, error.name);
  }
});

await check('a deadline ends a login that hangs', () =>
  withHttpServer(
    () => undefined,
    async (url) => {
      const error = await rejectionOf(logIn(strategyFor(url, { timeout: 300 })));
      assert.deepEqual([error.code, error.status], ['timeout', 504]);
    },
  ),
);

await check('a deadline ends a login whose response trickles', () =>
  withHttpServer(
    (_request, response) => {
      response.writeHead(200);
      const trickle = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(trickle));
    },
    async (url) => {
      const error = await rejectionOf(logIn(strategyFor(url, { timeout: 300 })));
      assert.equal(error.code, 'timeout');
    },
  ),
);

const response = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(tokens)}\r\n\r\n${tokens}`;

await check('connections that the server closes while they idle cost no login', () =>
  withTcpServer(
    (socket) => socket.write(response),
    async (url, sockets) => {
      const strategy = strategyFor(url);
      for (let login = 0; login < 10; login++) {
        assert.equal((await logIn(strategy)).id, '1234567');
        assert.equal(sockets.size, 1);
        for (const socket of sockets) {
          socket.destroy();
          sockets.delete(socket);
        }
      }
    },
  ),
);

await check('a connection that the server closes as a login is sent is replaced once', () => {
  const served = new WeakSet();
  let requests = 0;
  return withTcpServer(
    (socket) => {
      requests += 1;
      if (served.has(socket)) {
        socket.destroy();
      } else {
        served.add(socket);
        socket.write(response);
      }
    },
    async (url) => {
      const strategy = strategyFor(url);
      for (let login = 0; login < 5; login++) {
        assert.equal((await logIn(strategy)).id, '1234567');
      }
      assert.equal(requests, 9);
    },
  );
});

await check('200 logins at once use at most 50 connections', () => {
  let most = 0;
  return withHttpServer(
    (_request, response) => response.end(tokens),
    async (url, sockets) => {
      const strategy = strategyFor(url);
      const logins = Array.from({ length: 200 }, async () => {
        await logIn(strategy);
        most = Math.max(most, sockets.size);
      });
      await Promise.all(logins);
      assert.ok(most > 0 && most <= 50, `${most} connections`);
    },
  );
});

await check('a compressed response, which was not asked for, is not read', () =>
  withHttpServer(
    (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.from(tokens))),
    async (url) => assert.equal((await rejectionOf(logIn(strategyFor(url)))).code, 'not_json'),
  ),
);

await check('a response is read as UTF-8 even if it declares another charset', () =>
  withHttpServer(
    (request, response) => {
      response.setHeader('content-type', 'application/json; charset=ISO-8859-1');
      response.end(request.method === 'POST' ? tokens : '{"no":"1234567","user_id":"hong","name":"홍길동"}');
    },
    async (url) =>
      assert.equal((await logIn(strategyFor(url, { fetchProfile: true }))).displayName, '홍길동'),
  ),
);

await check('a response that is not UTF-8 is not read', () =>
  withHttpServer(
    (_request, response) => response.end(Buffer.from('{"code":"ERR","msg":"\xb1\xe6"}', 'latin1')),
    async (url) => assert.equal((await rejectionOf(logIn(strategyFor(url)))).code, 'not_json'),
  ),
);

await check('every reason has a message for the visitor', () => {
  for (const reason of ['access_denied', new HiworksTransportError('message', 'timeout'), undefined]) {
    assert.match(visitorMessage(reason), /^[가-힣]/);
    assert.match(visitorMessage(reason, 'en'), /^[A-Z]/);
  }
});

report();
