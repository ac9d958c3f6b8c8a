// A login of each kind, for every test tool to run with its fake timers on. They assert by themselves and use no tool.
const assert = require('node:assert');
const { appendFileSync } = require('node:fs');
const { Agent, createServer, get } = require('node:http');
const { HiworksStrategy, HiworksTokenError, isHiworksError } = require('passport-hiworks');
const { createHiworksServer } = require('passport-hiworks/testing');
const { createApp } = require('./app.js');
const { createBrowser } = require('./browser.cjs');

const callbackURL = 'http://localhost:3000/auth/hiworks/callback';
const ssoPath = '/sso/kR8wZq3TnX5vB1mYc7LdPf';
const users = [{ userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동' }];

/** Runs `steps` with a fake Hiworks and a browser that is at the application. */
async function atApplication(steps, options = {}, verify = undefined) {
  const ssoURL = `http://localhost:3000${ssoPath}`;
  const hiworks = await createHiworksServer({ callbackURL, ssoURL, users });
  const sso = { ...hiworks.ssoOptions, path: ssoPath };
  const server = createServer(createApp({ ...hiworks.options, callbackURL, ...options }, { sso, verify }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await steps(hiworks, createBrowser(server.address().port));
  } finally {
    server.close();
    server.closeAllConnections();
    await hiworks.close();
  }
}

/** Logs in as far as the response to Hiworks' callback. */
async function logIn(hiworks, open) {
  const start = await open('/auth/hiworks');
  return open(await hiworks.signIn(start.location, '1234567'));
}

async function user(open) {
  return JSON.parse((await open('/me')).text);
}

async function expectFailure(hiworks, open, failure, status, code) {
  hiworks.fail('token', failure);
  const response = await logIn(hiworks, open);
  assert.strictEqual(response.status, status);
  assert.strictEqual(JSON.parse(response.text).code, code);
}

const logins = {
  'a user of Hiworks is signed in': () =>
    atApplication(async (hiworks, open) => {
      assert.strictEqual((await logIn(hiworks, open)).location, '/me');
      const { id, officeNo, displayName } = await user(open);
      assert.strictEqual(`${id} ${officeNo} ${displayName}`, '1234567 123123 undefined');
    }),

  'a user is signed in with the profile': () =>
    atApplication(
      async (hiworks, open) => {
        assert.strictEqual((await logIn(hiworks, open)).location, '/me');
        const { displayName, username } = await user(open);
        assert.strictEqual(`${displayName} ${username}`, '홍길동 hong');
      },
      { fetchProfile: true },
    ),

  'a user is signed in by an async verify': () =>
    atApplication(
      async (hiworks, open) => {
        assert.strictEqual((await logIn(hiworks, open)).location, '/me');
        assert.strictEqual((await user(open)).employee, '1234567');
      },
      {},
      async (_accessToken, _refreshToken, profile) => ({ employee: profile.id }),
    ),

  'a user who cancels at Hiworks is not signed in': () =>
    atApplication(async (hiworks, open) => {
      const start = await open('/auth/hiworks');
      assert.strictEqual((await open(await hiworks.refuse(start.location))).location, '/login');
      assert.strictEqual((await open('/me')).status, 401);
    }),

  'a user is signed in from the Hiworks menu': () =>
    atApplication(async (hiworks, open) => {
      assert.strictEqual((await open(await hiworks.openMenu('1234567'))).location, '/me');
      const { provider, id } = await user(open);
      assert.strictEqual(`${provider} ${id}`, 'hiworks-sso 1234567');
    }),

  'tokens are refreshed': () => {
    const received = [];
    return atApplication(
      async (hiworks, open) => {
        await logIn(hiworks, open);
        const strategy = new HiworksStrategy({ ...hiworks.options, callbackURL }, () => undefined);
        const tokens = await strategy.refreshAccessToken(received[0]);
        assert.strictEqual(tokens.userNo, '1234567');
        assert.notStrictEqual(tokens.refreshToken, received[0]);
        await assert.rejects(strategy.refreshAccessToken(received[0]), (error) => {
          assert.ok(error instanceof HiworksTokenError && error instanceof Error && isHiworksError(error));
          return true;
        });
      },
      { accessType: 'offline' },
      (_accessToken, refreshToken, profile, done) => {
        received.push(refreshToken);
        done(null, profile);
      },
    );
  },

  'a refused code fails the login': () =>
    atApplication((hiworks, open) =>
      expectFailure(hiworks, open, { code: 'ERR', msg: '만료된 코드입니다.' }, 401, 'ERR'),
    ),

  'a Hiworks that hangs fails the login in real time': () =>
    atApplication((hiworks, open) => expectFailure(hiworks, open, 'hang', 504, 'timeout'), { timeout: 500 }),

  'a server that is not closed lets the tool end': async () => {
    const { url } = await createHiworksServer();
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve, reject) => {
      get(url, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
    });
  },

  'an outage fails the login, on a reused connection as well': () =>
    atApplication(async (hiworks, open) => {
      await expectFailure(hiworks, open, 'reset', 502, 'connection_failed');
      assert.strictEqual((await logIn(hiworks, open)).location, '/me');
      await expectFailure(hiworks, open, 'reset', 502, 'connection_failed');
      await expectFailure(hiworks, open, 'truncate', 502, 'connection_failed');
    }),
};

/** The logins by name. Each leaves a mark in the file `LOGINS`, if there is one, so that none is skipped unnoticed. */
exports.logins = Object.fromEntries(
  Object.entries(logins).map(([name, login]) => [
    name,
    async () => {
      await login();
      if (process.env.LOGINS) {
        appendFileSync(process.env.LOGINS, '.');
      }
    },
  ]),
);
