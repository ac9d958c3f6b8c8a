// node docs/inherited-faults.mjs > docs/inherited-faults.md
// Tries, on plain passport-oauth2 in the smallest adaptation that signs in with Hiworks, what this package is to be free of.
// Run by hand, after `npm ci`: what another package does is no test of this one.

import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Passport } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import refresh from 'passport-oauth2-refresh';

const require = createRequire(import.meta.url);
const CODE = 'an-authorization-code';
const DATA = {
  access_token: 'an-access-token',
  refresh_token: 'a-refresh-token',
  office_no: '123123',
  user_no: '1234567',
};
const tokenBody = (more = {}) => JSON.stringify({ code: 'SUC', msg: '', data: { ...DATA, ...more } });

/** As applications write it: the names of the protocol translated, the envelope taken off, and nothing else. */
class PlainStrategy extends OAuth2Strategy {
  constructor(options, verify) {
    super({ authorizationURL: 'https://api.hiworks.com/open/auth/authform', ...options }, verify);
    this.name = 'hiworks';
    const { getOAuthAccessToken } = this._oauth2;
    this._oauth2.getOAuthAccessToken = function (code, params, callback) {
      const named = Object.assign(params, { auth_code: code });
      getOAuthAccessToken.call(this, code, named, (error, accessToken, refreshToken, results) => {
        const data = results?.data ?? {};
        callback(error, data.access_token ?? accessToken, data.refresh_token ?? refreshToken, data);
      });
    };
  }

  authenticate(req, options) {
    req.query = req.query.auth_code ? { ...req.query, code: req.query.auth_code } : req.query;
    super.authenticate(req, options);
  }

  authorizationParams() {
    return { access_type: 'online' };
  }

  tokenParams() {
    return { access_type: 'online' };
  }
}

const servers = [];

/** A server that calls `respond` for every request, with its text. */
async function serve(respond) {
  const requests = [];
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const head = text.indexOf('\r\n\r\n');
      if (head >= 0 && text.length >= head + 4 + length) {
        requests.push(text);
        text = '';
        respond(socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server.unref());
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}

const responding = (status, body, headers = '') =>
  serve((socket) => {
    const head = `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\nconnection: close\r\n${headers}`;
    socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });

const takeAll = (_accessToken, _refreshToken, profile, done) => done(null, profile);

function make(url = 'http://127.0.0.1:1', options = {}, verify = takeAll) {
  return new PlainStrategy(
    {
      clientID: 'id.open.apps',
      clientSecret: 'the-client-secret',
      callbackURL: 'https://app.example.com/cb',
      tokenURL: `${url}/open/auth/accesstoken`,
      ...options,
    },
    verify,
  );
}

/** The outcome of one request; `outcomes` collects all. */
function authenticate(strategy, path, more = {}, options = {}, outcomes = []) {
  const passport = new Passport();
  passport.use('hiworks', strategy);
  const query = {};
  for (const [name, value] of new URL(path, 'http://app.example.com').searchParams) {
    query[name] = query[name] === undefined ? value : [query[name], value].flat();
  }
  const request = {
    method: 'GET',
    url: path,
    query,
    headers: { host: 'app.example.com' },
    connection: {},
    ...more,
  };
  return new Promise((resolve) => {
    const end = (outcome) => {
      outcomes.push(outcome.kind);
      resolve(outcome);
    };
    const headers = {};
    const response = {
      setHeader: (name, value) => {
        headers[name] = value;
      },
      end: () => end({ kind: 'redirect', params: new URL(headers.Location).searchParams }),
    };
    const decide = (error, user, info, status) =>
      end(
        error ? { kind: 'error', error } : user ? { kind: 'success', user } : { kind: 'fail', info, status },
      );
    passport.authenticate('hiworks', options, decide)(request, response, (error) =>
      end({ kind: 'error', error }),
    );
  });
}

const CALLBACK = `/cb?auth_code=${CODE}`;
const logIn = async (server, options, verify) =>
  authenticate(make((await server).url, options, verify), CALLBACK);
const stays = (promise, milliseconds = 500) =>
  Promise.race([promise.then(() => false), delay(milliseconds, true)]);
const begin = async (strategy, session, options) =>
  (await authenticate(strategy, '/', { session }, options)).params.get('state') ?? '';
const finish = (strategy, session, state) =>
  authenticate(strategy, `${CALLBACK}&state=${state}`, { session });
const withState = async (options) =>
  make((await responding(200, tokenBody())).url, { state: true, ...options });
const accepted = (options, verify) => {
  try {
    make(undefined, options, verify);
    return true;
  } catch {
    return false;
  }
};

/** Whether a script ends the process that runs it. */
function killsItsProcess(script) {
  try {
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), script], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

const scripts = {
  null: async () => logIn(responding(200, 'null')),
  rejects: async () =>
    logIn(responding(200, tokenBody()), {}, async () => {
      throw new Error('the database is down');
    }),
};

// What happens · where it is tested that it does not happen here · whether it happened.
const faults = [
  [
    'a callback with `auth_code`, without any adaptation, starts another login: a redirect loop',
    'request',
    async () => {
      const options = {
        clientID: 'a',
        clientSecret: 'b',
        authorizationURL: 'https://a.example/',
        tokenURL: 'https://a.example/',
      };
      return (await authenticate(new OAuth2Strategy(options, takeAll), CALLBACK)).kind === 'redirect';
    },
  ],
  [
    'a callback with nothing but a message starts another login: a redirect loop',
    'callback',
    async () => (await authenticate(make(), '/cb?msg=busy')).kind === 'redirect',
  ],
  [
    'a response that is the JSON `null` ends the process',
    'token-response',
    async () => killsItsProcess('null'),
  ],
  [
    'a response that never ends is waited for',
    'http',
    async () =>
      stays(
        logIn(
          serve(async (socket) => {
            socket.write('HTTP/1.1 200 OK\r\n\r\n');
            while (!socket.destroyed) {
              socket.write(' ');
              await delay(50, undefined, { ref: false });
            }
          }),
        ),
      ),
  ],
  [
    'a response that is cut off leaves the person waiting for ever',
    'http',
    async () => stays(logIn(serve((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{')))),
  ],
  [
    'Korean text that the network splits inside a character arrives as U+FFFD',
    'http',
    async () => {
      const body = Buffer.from(tokenBody({ company: '가비아' }));
      const middle = body.indexOf('비') + 1;
      const server = serve(async (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
        socket.write(body.subarray(0, middle));
        await delay(50);
        socket.end(body.subarray(middle));
      });
      let company;
      await logIn(server, {}, (_accessToken, _refreshToken, params, _profile, done) => {
        company = params.company;
        done(null, {});
      });
      return company.includes('\uFFFD');
    },
  ],
  [
    'a response of a megabyte is collected whole',
    'http',
    async () => (await logIn(responding(200, ' '.repeat(2 ** 20) + tokenBody()))).kind === 'success',
  ],
  [
    'a redirect of the token request counts as a success',
    'http',
    async () =>
      (await logIn(responding(302, tokenBody(), 'location: https://evil.example/\r\n'))).kind === 'success',
  ],
  [
    'text that is not JSON is believed if it contains `access_token=`',
    'token-response',
    async () => (await logIn(responding(200, 'access_token=forged'))).kind === 'success',
  ],
  [
    "a refusal of Hiworks, which comes with HTTP 200, loses Hiworks' words",
    'errors',
    async () => !(await logIn(responding(200, '{"code":"ERR","msg":"만료"}'))).error.message.includes('만료'),
  ],
  [
    'an empty response with HTTP 502 loses even its status',
    'errors',
    async () => {
      const { error } = await logIn(responding(502, ''));
      return !`${error} ${error.message}`.includes('502');
    },
  ],
  [
    'an error prints the raw body: tokens in logs',
    'errors',
    async () => String((await logIn(responding(500, tokenBody()))).error).includes(DATA.access_token),
  ],
  [
    'users of `_oauth2` get bare objects as errors',
    'subclass',
    async () => {
      const { url } = await responding(500, '');
      const error = await new Promise((resolve) => make(url)._oauth2.get(`${url}/user/v2/me`, 'a', resolve));
      return !(error instanceof Error);
    },
  ],
  [
    'the access token of a `GET` goes into the URL',
    'subclass',
    async () => {
      const { url, requests } = await responding(200, '{}');
      await new Promise((resolve) => make(url)._oauth2.get(`${url}/user/v2/me`, 'a-token', resolve));
      return requests[0].startsWith('GET /user/v2/me?access_token=a-token');
    },
  ],
  [
    'a repeated code is passed on to Hiworks',
    'callback',
    async () => {
      const { url, requests } = await responding(200, tokenBody());
      await authenticate(make(url), '/cb?auth_code=a&auth_code=b');
      return requests.length > 0;
    },
  ],
  [
    'an access token that is not a string is handed to `verify`',
    'token-response',
    async () => (await logIn(responding(200, tokenBody({ access_token: { $gt: '' } })))).kind === 'success',
  ],
  [
    'a login that an attacker began ends in the victim’s session: `state` is off',
    'pending-logins',
    async () => (await logIn(responding(200, tokenBody()))).kind === 'success',
  ],
  [
    'a second tab ends the login in the first',
    'pending-logins',
    async () => {
      const [strategy, session] = [await withState(), {}];
      const first = await begin(strategy, session);
      await begin(strategy, session);
      return (await finish(strategy, session, first)).kind === 'fail';
    },
  ],
  [
    'a forged callback spends the genuine `state`',
    'pending-logins',
    async () => {
      const [strategy, session] = [await withState(), {}];
      const genuine = await begin(strategy, session);
      await finish(strategy, session, 'forged');
      return (await finish(strategy, session, genuine)).kind === 'fail';
    },
  ],
  [
    'an encrypted cookie session, which notices only whole keys, refuses the second try after an abandoned login',
    'pending-logins',
    async () => {
      const strategy = await withState();
      let cookie = '{}';
      const inRequest = async (handle) => {
        const data = JSON.parse(cookie);
        const set = (target, key, value) => {
          target[key] = value;
          cookie = JSON.stringify(target);
          return true;
        };
        return handle(new Proxy(data, { set }));
      };
      await inRequest((session) => begin(strategy, session));
      const again = await inRequest((session) => begin(strategy, session));
      return (await inRequest((session) => finish(strategy, session, again))).kind === 'fail';
    },
  ],
  [
    'a string that the application passes as `state` replaces the random one, and no login succeeds',
    'pending-logins',
    async () => {
      const [strategy, session] = [await withState(), {}];
      const sent = await begin(strategy, session, { state: '/inbox' });
      return (await finish(strategy, session, sent)).kind === 'fail';
    },
  ],
  [
    'a `state` is as good after a day, and is not compared in constant time',
    'pending-logins',
    async () => {
      const [strategy, session] = [await withState(), {}];
      const state = await begin(strategy, session);
      const { now } = Date;
      const { timingSafeEqual } = crypto;
      let comparisons = 0;
      Date.now = () => now() + 24 * 60 * 60 * 1000;
      crypto.timingSafeEqual = (...both) => {
        comparisons += 1;
        return timingSafeEqual(...both);
      };
      const { kind } = await finish(strategy, session, state);
      Object.assign(Date, { now });
      Object.assign(crypto, { timingSafeEqual });
      return kind === 'success' && comparisons === 0;
    },
  ],
  [
    'two strategies for one host overwrite each other’s `state`',
    'pending-logins',
    async () => {
      const [one, other] = [await withState({ clientID: 'one' }), await withState({ clientID: 'other' })];
      const session = {};
      const state = await begin(one, session);
      await begin(other, session);
      return (await finish(one, session, state)).kind === 'fail';
    },
  ],
  [
    'a request without `connection` is a `TypeError` when a relative `callbackURL` is resolved',
    'callback-url',
    async () => {
      try {
        await authenticate(make(undefined, { callbackURL: '/cb' }), '/', { connection: undefined });
        return false;
      } catch (error) {
        return error instanceof TypeError;
      }
    },
  ],
  [
    'of a list in `X-Forwarded-Host` the whole goes into the `redirect_uri`',
    'callback-url',
    async () => {
      const headers = {
        host: 'inside',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'a.example, inside',
      };
      const { params } = await authenticate(make(undefined, { callbackURL: '/cb', proxy: true }), '/', {
        headers,
      });
      return params.get('redirect_uri').includes(',');
    },
  ],
  [
    'a token URL without TLS, a missing secret and a `verify` that is not a function are accepted',
    'options',
    async () =>
      accepted({ tokenURL: 'http://api.hiworks.com/' }) &&
      accepted({ clientSecret: undefined }) &&
      accepted({}, 'verify'),
  ],
  ['an async `verify` that rejects ends the process', 'verify', async () => killsItsProcess('rejects')],
  [
    'a `verify` that calls `done` twice has two outcomes',
    'verify',
    async () => {
      const verify = (_accessToken, _refreshToken, _profile, done) => {
        done(null, false);
        done(null, { id: 'admin' });
      };
      const outcomes = [];
      await authenticate(
        make((await responding(200, tokenBody())).url, {}, verify),
        CALLBACK,
        {},
        {},
        outcomes,
      );
      await delay(50);
      return outcomes.length === 2;
    },
  ],
  [
    'the profile sees neither the token response nor the request: no office, no number',
    'profile',
    async () => (await logIn(responding(200, tokenBody()))).user.userNo === undefined,
  ],
  [
    'a `HEAD` of the callback, as link previews make it, spends the code',
    'request',
    async () => {
      const { url, requests } = await responding(200, tokenBody());
      await authenticate(make(url), CALLBACK, { method: 'HEAD' });
      return requests.length > 0;
    },
  ],
  [
    'an error callback without a description has the message `undefined`',
    'callback',
    async () => (await authenticate(make(), '/cb?error=server_error')).error.message === undefined,
  ],
  [
    'an agent is no option, and one that is set by hand is lost in a refresh',
    'refresh',
    async () => {
      let connections = 0;
      class CountingAgent extends Agent {
        createConnection(...args) {
          connections += 1;
          return super.createConnection(...args);
        }
      }
      const agent = new CountingAgent();
      const strategy = make((await responding(200, tokenBody())).url, { agent });
      await authenticate(strategy, CALLBACK);
      strategy._oauth2.setAgent(agent);
      refresh.use('plain', strategy);
      await new Promise((resolve) => refresh.requestNewAccessToken('plain', 'a-refresh-token', resolve));
      return connections === 0;
    },
  ],
  [
    'the client secret is written into the caller’s parameters',
    'subclass',
    async () => {
      const params = {};
      const { url } = await responding(200, tokenBody());
      await new Promise((resolve) => make(url)._oauth2.getOAuthAccessToken('a-code', params, resolve));
      return 'client_secret' in params;
    },
  ],
];

const script = scripts[process.argv[2]];
if (script) {
  await script();
  process.exit(0);
}

const version = (name) => `${name} ${require(`${name}/package.json`).version}`;
const rows = [];
for (const [fault, test, happens] of faults) {
  rows.push(`| ${fault} | ${(await happens()) ? 'yes' : 'no longer'} | [${test}](../test/${test}.test.ts) |`);
}
console.log(`# What passport-oauth2 hands down

Faults of passport-oauth2 and of the oauth package below it that every strategy inherits, in the smallest adaptation that
signs in with Hiworks. Tried on ${new Date().toISOString().slice(0, 10)} with ${version('passport-oauth2')}, ${version('oauth')} and \
Node.js ${process.versions.node}, by [inherited-faults.mjs](inherited-faults.mjs); the last column is the test that it does not happen
with this package.

| what happens | happened | tested here |
| --- | --- | --- |
${rows.join('\n')}`);
process.exit(0);
