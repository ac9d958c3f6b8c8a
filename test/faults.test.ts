import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { parse } from 'node:querystring';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { Strategy } from 'passport';
import { HiworksStrategy, HiworksTokenError, HiworksTransportError } from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';
import refresh from 'passport-oauth2-refresh';
import { authenticate, type FakeRequest, get, type Outcome } from './support/login.js';
import { PlainStrategy } from './support/plain.js';
import { CALLBACK, OFFICE_NO, optionsFor, tokenBody, USER_NO } from './support/raw-answers.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { overRealHTTP } from './support/real-http.js';
import { ACCESS_TOKEN, BODY_MARK, CLIENT_SECRET, expectNothingSecretIn } from './support/secrets.js';

/*
 * What passport-oauth2 and oauth hand down to every strategy built on them. Each scenario runs twice against the same
 * server: with HiworksStrategy, and with plain passport-oauth2 in the smallest adaptation that signs in with Hiworks.
 * The second half keeps the first one honest: it shows that the scenario really does harm.
 */

type Kind = 'here' | 'plain';
// biome-ignore lint/suspicious/noExplicitAny: both strategies and every form of verify
type Any = any;
type Make = (options: object, verify?: (...args: Any[]) => unknown) => Any;

const takeAll = (_accessToken: unknown, _refreshToken: unknown, profile: unknown, done: Any) =>
  done(null, profile);

const make: Record<Kind, Make> = {
  here: (options, verify = takeAll) => new HiworksStrategy(options as Any, verify),
  plain: (options, verify = takeAll) => new PlainStrategy(options as Any, verify),
};

interface Scenario<Result> {
  attempt(make: Make, kind: Kind): Promise<Result>;
  /** What HiworksStrategy does, and the check of it. */
  here: [string, (result: Result) => void];
  /** The fault, and the proof that plain passport-oauth2 has it. */
  plain: [string, (result: Result) => void];
}

function fault<Result>(title: string, { attempt, here, plain }: Scenario<Result>): void {
  describe(title, () => {
    it(`here ${here[0]}`, async () => here[1](await attempt(make.here, 'here')));
    it(`with plain passport-oauth2 ${plain[0]}`, async () => plain[1](await attempt(make.plain, 'plain')));
  });
}

describe('Faults that strategies inherit from passport-oauth2', () => {
  overRealHTTP();

  const servers: RawServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function serve(answer: Parameters<typeof rawServer>[0]): Promise<RawServer> {
    const server = await rawServer(answer);
    servers.push(server);
    return server;
  }

  const answering = (status: number, body: string, headers?: Record<string, string>) =>
    serve((socket) => socket.end(http(status, body, { connection: 'close', ...headers })));

  /** A request whose query a framework has parsed. */
  function request(path: string, more: FakeRequest = {}): FakeRequest {
    return get(path, { query: parse(path.split('?')[1] ?? ''), ...more });
  }

  /** One callback with a good code, to a strategy that asks `server`. */
  const logIn = (make: Make, server: RawServer, options: object = {}, verify?: Parameters<Make>[1]) =>
    authenticate(make({ ...optionsFor(server.url), ...options }, verify), request(CALLBACK));

  const failedWith = (outcome: Outcome): Error & { code?: string; status?: number } => {
    expect(outcome.kind).to.equal('error');
    return (outcome as Extract<Outcome, { kind: 'error' }>).error;
  };

  const redirectedTo = (outcome: Outcome): URLSearchParams => {
    expect(outcome.kind).to.equal('redirect');
    return (outcome as Extract<Outcome, { kind: 'redirect' }>).location.searchParams;
  };

  const kind = (expected: Outcome['kind']) => (outcome: Outcome) => expect(outcome.kind).to.equal(expected);

  /** The outcome of `login`, or `'none'` where `enough` came first. */
  const outcomeBefore = (enough: Promise<unknown>, login: Promise<Outcome>) =>
    Promise.race([login, enough.then(() => 'none' as const)]);

  describe('the two contestants', () => {
    for (const contestant of ['here', 'plain'] as const) {
      it(`both sign in where all is well: ${contestant}`, async () => {
        const outcome = await logIn(make[contestant], await answering(200, tokenBody()));
        expect(outcome.kind).to.equal('success');
      });
    }
  });

  describe('what comes back from Hiworks in the browser', () => {
    it('without any adaptation an `auth_code` starts another login: a redirect loop', async () => {
      const server = await answering(200, tokenBody());
      const options = { ...optionsFor(server.url), authorizationURL: 'https://api.hiworks.com/authform' };
      const strategy = new OAuth2Strategy(options as never, takeAll as never);
      kind('redirect')(await authenticate(strategy as Strategy, request(CALLBACK)));
    });

    fault('a callback with nothing but a message', {
      attempt: (make) => {
        const strategy = make(optionsFor('http://127.0.0.1:1'));
        return authenticate(
          strategy,
          request(`/auth/hiworks/callback?msg=${encodeURIComponent('점검 중입니다')}`),
        );
      },
      here: [
        'ends the login with that message',
        (outcome) => expect(failedWith(outcome).message).to.include('점검 중입니다'),
      ],
      plain: ['starts another login: a redirect loop', kind('redirect')],
    });

    fault('a callback with an error that nobody described', {
      attempt: (make) =>
        authenticate(
          make(optionsFor('http://127.0.0.1:1')),
          request('/auth/hiworks/callback?error=server_error'),
        ),
      here: [
        'says what came',
        (outcome) => expect(failedWith(outcome).message).to.match(/callback carried an error.*server_error/),
      ],
      plain: [
        'gives an error whose message is undefined',
        (outcome) => expect(failedWith(outcome).message).to.equal(undefined),
      ],
    });

    fault('a callback whose code is repeated', {
      attempt: async (make) => {
        const server = await answering(200, tokenBody());
        const strategy = make(optionsFor(server.url));
        const outcome = await authenticate(
          strategy,
          request('/auth/hiworks/callback?auth_code=a&auth_code=b'),
        );
        return { outcome, requests: server.requests };
      },
      here: [
        'is a bad request, and nothing is sent to Hiworks',
        ({ outcome, requests }) => {
          expect(outcome).to.include({ kind: 'fail', status: 400 });
          expect(requests).to.have.lengthOf(0);
        },
      ],
      plain: [
        'is passed on to Hiworks as it is',
        ({ requests }) => expect(requests[0]).to.include('code=a&code=b'),
      ],
    });

    fault('a HEAD request to the callback, as link previews make it', {
      attempt: async (make) => {
        const server = await answering(200, tokenBody());
        await authenticate(make(optionsFor(server.url)), request(CALLBACK, { method: 'HEAD' }));
        return server.requests.length;
      },
      here: ['leaves the code unspent', (requests) => expect(requests).to.equal(0)],
      plain: ['spends the code', (requests) => expect(requests).to.equal(1)],
    });
  });

  describe('what Hiworks answers', () => {
    fault('an answer that is the JSON `null`', {
      attempt: async (_make, kind) => inAProcessOfItsOwn(kind, await answering(200, 'null')),
      here: ['is an error of that login', ({ stdout }) => expect(stdout).to.match(/"error".*it is null/)],
      plain: [
        'kills the process',
        ({ code, stderr }) => {
          expect(code).not.to.equal(0);
          expect(stderr).to.match(/TypeError: Cannot read properties of null/);
        },
      ],
    });

    fault('an answer that comes byte by byte and never ends', {
      attempt: async (make) => {
        let drips = 0;
        let enough = () => {};
        const fiftyDrips = new Promise<void>((resolve) => {
          enough = resolve;
        });
        const server = await serve(async (socket) => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
          for (; !socket.destroyed && drips < 50; drips++) {
            socket.write(' ');
            await delay(10);
          }
          enough();
        });
        return outcomeBefore(fiftyDrips, logIn(make, server, { timeout: 100 }));
      },
      here: [
        'is given up after the timeout',
        (outcome) => expect(failedWith(outcome as Outcome)).to.deep.include({ code: 'timeout', status: 504 }),
      ],
      plain: ['is waited for as long as it drips', (outcome) => expect(outcome).to.equal('none')],
    });

    fault('an answer that is cut off in the middle', {
      attempt: async (make) => {
        let gone: Promise<unknown> | undefined;
        const server = await serve((socket) => {
          gone = once(socket, 'close');
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"code":"SUC",');
        });
        const login = logIn(make, server);
        const another = await answering(200, tokenBody());
        const afterwards = async () => {
          while (!gone) {
            await delay(1);
          }
          await gone;
          await logIn(make, another);
        };
        return outcomeBefore(afterwards(), login);
      },
      here: [
        'is an error that says so',
        (outcome) => expect(failedWith(outcome as Outcome).message).to.match(/broke off inside the answer/),
      ],
      plain: ['leaves the person waiting for ever', (outcome) => expect(outcome).to.equal('none')],
    });

    fault('Korean text that the network splits inside a character', {
      attempt: async (make) => {
        const body = Buffer.from(tokenBody({ company: '가비아' }));
        const middle = body.indexOf('비') + 1;
        const chunk = (bytes: Buffer) => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n'];
        const server = await serve((socket) => {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
          for (const part of [...chunk(body.subarray(0, middle)), ...chunk(body.subarray(middle))]) {
            socket.write(part);
          }
          socket.end('0\r\n\r\n');
        });
        let company: unknown;
        await logIn(make, server, {}, (_access, _refresh, params, _profile, done) => {
          company = params.company;
          done(null, {});
        });
        return company;
      },
      here: ['arrives whole', (company) => expect(company).to.equal('가비아')],
      plain: ['arrives as U+FFFD', (company) => expect(company).to.include('\uFFFD')],
    });

    fault('an answer of a megabyte', {
      attempt: async (make) => logIn(make, await answering(200, `${' '.repeat(2 ** 20)}${tokenBody()}`)),
      here: [
        'is not read to its end',
        (outcome) => expect(failedWith(outcome)).to.deep.include({ code: 'too_large', status: 502 }),
      ],
      plain: ['is collected whole, however long it is', kind('success')],
    });

    for (const status of [301, 302]) {
      fault(`a ${status} redirect of the token request`, {
        attempt: async (make) =>
          logIn(make, await answering(status, tokenBody(), { location: 'https://elsewhere.example/' })),
        here: [
          'is an error that says so',
          (outcome) => expect(failedWith(outcome)).to.deep.include({ code: 'redirected', status: 502 }),
        ],
        plain: ['counts as a success', kind('success')],
      });
    }

    fault('an answer that is no JSON, but contains `access_token=`', {
      attempt: async (make) =>
        logIn(
          make,
          await answering(200, 'access_token=forged'),
          {},
          (accessToken, _refresh, _profile, done) => done(null, { accessToken }),
        ),
      here: [
        'is no token',
        (outcome) => expect(failedWith(outcome)).to.deep.include({ code: 'not_json', status: 502 }),
      ],
      plain: [
        'is believed',
        (outcome) => expect(outcome).to.deep.include({ user: { accessToken: 'forged' } }),
      ],
    });

    fault("Hiworks' refusal, which comes with HTTP 200", {
      attempt: async (make) =>
        logIn(make, await answering(200, '{"code":"ERR","msg":"만료된 코드입니다","data":[]}')),
      here: [
        "carries Hiworks' own words and code",
        (outcome) => {
          const error = failedWith(outcome);
          expect(error).to.be.instanceOf(HiworksTokenError).and.to.include({ code: 'ERR', status: 401 });
          expect(error.message).to.include('만료된 코드입니다');
        },
      ],
      plain: [
        'is "Failed to obtain access token" and no more',
        (outcome) => expect(failedWith(outcome).message).to.equal('Failed to obtain access token'),
      ],
    });

    fault("Hiworks' refusal with HTTP 400", {
      attempt: async (make) => logIn(make, await answering(400, '{"code":"ERR","msg":"잘못된 요청입니다"}')),
      here: [
        "carries Hiworks' own words",
        (outcome) => expect(failedWith(outcome).message).to.include('잘못된 요청입니다'),
      ],
      plain: [
        'loses them',
        (outcome) => expect(failedWith(outcome).message).to.equal('Failed to obtain access token'),
      ],
    });

    fault('an empty answer with HTTP 502', {
      attempt: async (make) => logIn(make, await answering(502, '')),
      here: ['says so', (outcome) => expect(failedWith(outcome).message).to.include('HTTP 502')],
      plain: [
        'loses even the status',
        (outcome) => expect(`${failedWith(outcome)} ${failedWith(outcome).message}`).not.to.include('502'),
      ],
    });

    fault('an answer with HTTP 500 that contains tokens', {
      attempt: async (make) => logIn(make, await answering(500, `${BODY_MARK} ${tokenBody()}`)),
      here: ['leaves none in the error', (outcome) => expectNothingSecretIn(failedWith(outcome))],
      plain: [
        'prints them all with the error',
        (outcome) =>
          expect(String(failedWith(outcome)))
            .to.include(ACCESS_TOKEN)
            .and.to.include(BODY_MARK),
      ],
    });

    for (const token of [{ $gt: '' }, ['a', 'b'], 4711, true]) {
      fault(`an access token that is ${JSON.stringify(token)}`, {
        attempt: async (make) => {
          let seen: unknown = 'nothing';
          const server = await answering(200, tokenBody({ access_token: token }));
          await logIn(make, server, {}, (accessToken, _refresh, _profile, done) => {
            seen = accessToken;
            done(null, {});
          });
          return seen;
        },
        here: ['never reaches `verify`', (seen) => expect(seen).to.equal('nothing')],
        plain: ['is handed to `verify`', (seen) => expect(seen).to.deep.equal(token)],
      });
    }

    fault('the office and the user number, which come with the token', {
      attempt: async (make) => logIn(make, await answering(200, tokenBody())),
      here: [
        'stand in the profile',
        (outcome) => expect((outcome as Any).user).to.deep.include({ userNo: USER_NO, officeNo: OFFICE_NO }),
      ],
      plain: [
        'never reach it: the profile loader sees neither the answer nor the request',
        (outcome) => expect((outcome as Any).user).to.deep.equal({}),
      ],
    });
  });

  describe('state', () => {
    const strategies = (make: Make, server: RawServer, options: object = {}) =>
      make({ ...optionsFor(server.url), state: true, ...options });

    async function start(strategy: Any, session: object, options: object = {}): Promise<string> {
      const outcome = await authenticate(strategy, request('/auth/hiworks', { session } as Any), options);
      return redirectedTo(outcome).get('state') ?? '';
    }

    const finish = (strategy: Any, session: object, state: string) =>
      authenticate(strategy, request(`${CALLBACK}&state=${state}`, { session } as Any));

    fault('a login that an attacker began, where nobody thought of `state`', {
      attempt: async (make) => {
        const { state: _default, ...options } = optionsFor((await answering(200, tokenBody())).url);
        return authenticate(make(options), request(CALLBACK, { session: {} }));
      },
      here: ['is refused', (outcome) => expect(outcome).to.include({ kind: 'fail', status: 403 })],
      plain: ["ends in the victim's session", kind('success')],
    });

    fault('a second tab', {
      attempt: async (make) => {
        const strategy = strategies(make, await answering(200, tokenBody()));
        const session = {};
        const first = await start(strategy, session);
        await start(strategy, session);
        return finish(strategy, session, first);
      },
      here: ['leaves the first one alone', kind('success')],
      plain: ['kills the login in the first', kind('fail')],
    });

    fault('a forged callback', {
      attempt: async (make) => {
        const strategy = strategies(make, await answering(200, tokenBody()));
        const session = {};
        const genuine = await start(strategy, session);
        await finish(strategy, session, 'forged');
        return finish(strategy, session, genuine);
      },
      here: ['does not spend the genuine state', kind('success')],
      plain: ['spends the genuine state', kind('fail')],
    });

    fault('a session in an encrypted cookie, which notices only a key assigned whole', {
      attempt: async (make) => {
        const strategy = strategies(make, await answering(200, tokenBody()));
        let cookie = '{}';
        async function inRequest<Result>(handle: (session: object) => Promise<Result>): Promise<Result> {
          const data = JSON.parse(cookie);
          let assigned = false;
          const session = new Proxy(data, {
            set(target, key, value) {
              assigned = true;
              target[key] = value;
              return true;
            },
          });
          const result = await handle(session);
          cookie = assigned ? JSON.stringify(data) : cookie;
          return result;
        }
        await inRequest((session) => start(strategy, session));
        const again = await inRequest((session) => start(strategy, session));
        return inRequest((session) => finish(strategy, session, again));
      },
      here: ['takes a second try after an abandoned login', kind('success')],
      plain: [
        'refuses the second try after an abandoned login',
        (outcome) => expect(outcome).to.include({ kind: 'fail', status: 403 }),
      ],
    });

    fault('a string that the application passes as `state`', {
      attempt: async (make) => {
        const strategy = strategies(make, await answering(200, tokenBody()));
        const session = {};
        const sent = await start(strategy, session, { state: '/inbox' });
        return { sent, outcome: await finish(strategy, session, sent) };
      },
      here: [
        'comes back beside the random handle',
        ({ sent, outcome }) => {
          expect(sent).to.match(/^[\w-]{32}$/);
          expect(outcome).to.deep.include({ kind: 'success', info: { state: '/inbox' } });
        },
      ],
      plain: [
        'replaces the random handle, and no login succeeds',
        ({ sent, outcome }) => {
          expect(sent).to.equal('/inbox');
          expect(outcome).to.include({ kind: 'fail', status: 403 });
        },
      ],
    });

    fault('a state that is a day old', {
      attempt: async (make) => {
        const strategy = strategies(make, await answering(200, tokenBody()));
        const session = {};
        const state = await start(strategy, session);
        const { now } = Date;
        try {
          Date.now = () => now() + 24 * 60 * 60 * 1000;
          return await finish(strategy, session, state);
        } finally {
          Date.now = now;
        }
      },
      here: ['is refused', (outcome) => expect(outcome).to.include({ kind: 'fail', status: 403 })],
      plain: ['is as good as new', kind('success')],
    });

    fault('the comparison of states', {
      attempt: async (make) => {
        const strategy = strategies(make, await answering(200, tokenBody()));
        const session = {};
        const state = await start(strategy, session);
        const { timingSafeEqual } = crypto;
        let comparisons = 0;
        try {
          crypto.timingSafeEqual = (one, other) => {
            comparisons += 1;
            return timingSafeEqual(one, other);
          };
          await finish(strategy, session, state);
        } finally {
          crypto.timingSafeEqual = timingSafeEqual;
        }
        return comparisons;
      },
      here: ['takes constant time', (comparisons) => expect(comparisons).to.equal(1)],
      plain: ['stops at the first difference', (comparisons) => expect(comparisons).to.equal(0)],
    });

    fault('two strategies for two clients in one session', {
      attempt: async (make) => {
        const server = await answering(200, tokenBody());
        const first = strategies(make, server, { clientID: 'first.open.apps' });
        const second = strategies(make, server, { clientID: 'second.open.apps' });
        const session = {};
        const state = await start(first, session);
        await start(second, session);
        return finish(first, session, state);
      },
      here: ['do not disturb each other', kind('success')],
      plain: ['overwrite each other', kind('fail')],
    });
  });

  describe('a relative callbackURL', () => {
    const options = { ...optionsFor('http://127.0.0.1:1'), callbackURL: '/auth/hiworks/callback' };

    fault('in a framework whose requests have no `connection`', {
      attempt: async (make) => {
        const strategy = make(options);
        try {
          return await authenticate(strategy, request('/auth/hiworks', { connection: undefined }));
        } catch (error) {
          return error as TypeError;
        }
      },
      here: [
        'is resolved',
        (result) =>
          expect(redirectedTo(result as Outcome).get('redirect_uri')).to.equal(
            'http://app.example.com/auth/hiworks/callback',
          ),
      ],
      plain: [
        'is a TypeError',
        (result) =>
          expect(result)
            .to.be.instanceOf(TypeError)
            .and.to.match(/reading 'encrypted'/),
      ],
    });

    fault('behind two proxies, each of which adds to X-Forwarded-Host', {
      attempt: async (make) => {
        const headers = {
          host: '10.0.0.7',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'app.example.com, inner.example',
        };
        const started = request('/auth/hiworks', { connection: {}, headers });
        const outcome = await authenticate(make({ ...options, proxy: true }), started);
        return redirectedTo(outcome).get('redirect_uri');
      },
      here: [
        'is resolved with the first',
        (uri) => expect(uri).to.equal('https://app.example.com/auth/hiworks/callback'),
      ],
      plain: [
        'is resolved with the whole list',
        (uri) => expect(uri).not.to.equal('https://app.example.com/auth/hiworks/callback'),
      ],
    });
  });

  describe('what the application does', () => {
    const mistakes: [string, object, unknown?][] = [
      ['a token URL without TLS', { tokenURL: 'http://api.hiworks.com/open/auth/accesstoken' }],
      ['a missing client secret', { clientSecret: undefined }],
      ['a `verify` that is no function', {}, 'verify'],
    ];
    for (const [mistake, options, verify] of mistakes) {
      fault(mistake, {
        attempt: async (make) => {
          try {
            make({ ...optionsFor('http://127.0.0.1:1'), ...options }, verify as Parameters<Make>[1]);
            return undefined;
          } catch (error) {
            return error;
          }
        },
        here: ['is a TypeError at once', (error) => expect(error).to.be.instanceOf(TypeError)],
        plain: ['is accepted', (error) => expect(error).to.equal(undefined)],
      });
    }

    fault('an async `verify` that rejects', {
      attempt: async (_make, kind) => inAProcessOfItsOwn(kind, await answering(200, tokenBody()), 'rejects'),
      here: [
        'is an error of that login',
        ({ stdout }) =>
          expect(JSON.parse(stdout)).to.deep.equal({ kind: 'error', message: 'the database is down' }),
      ],
      plain: [
        'kills the process, as an unhandled rejection',
        ({ code, stderr }) => {
          expect(code).not.to.equal(0);
          expect(stderr).to.include('the database is down');
        },
      ],
    });

    fault('a `verify` that calls `done` twice', {
      attempt: async (make) => {
        const strategy = make(
          optionsFor((await answering(200, tokenBody())).url),
          (_a, _r, _profile, done) => {
            done(null, false);
            done(null, { id: 'admin' });
          },
        );
        const outcomes: Outcome[] = [];
        await authenticate(strategy, request(CALLBACK), {}, 'name', outcomes);
        await logIn(make, await answering(200, tokenBody()));
        return outcomes.map(({ kind }) => kind);
      },
      here: ['has one outcome, the first', (outcomes) => expect(outcomes).to.deep.equal(['fail'])],
      plain: ['has two outcomes', (outcomes) => expect(outcomes).to.deep.equal(['fail', 'success'])],
    });

    class CountingAgent extends Agent {
      asked = 0;
      addRequest(...args: unknown[]): void {
        this.asked += 1;
        (Agent.prototype as Any).addRequest.apply(this, args);
      }
    }

    fault('an agent in the options, for a proxy', {
      attempt: async (make) => {
        const agent = new CountingAgent();
        await logIn(make, await answering(200, tokenBody()), { agent });
        return agent.asked;
      },
      here: ['is used', (asked) => expect(asked).to.equal(1)],
      plain: ['is ignored', (asked) => expect(asked).to.equal(0)],
    });

    fault('the agent, where passport-oauth2-refresh refreshes', {
      attempt: async (make, kind) => {
        const agent = new CountingAgent();
        const strategy = make({ ...optionsFor((await answering(200, tokenBody())).url), agent });
        strategy._oauth2.setAgent(agent);
        refresh.use(kind, strategy);
        await new Promise((resolve) => refresh.requestNewAccessToken(kind, 'a-refresh-token', resolve));
        return agent.asked;
      },
      here: ['is used', (asked) => expect(asked).to.equal(1)],
      plain: ['is lost, even one that was set by hand', (asked) => expect(asked).to.equal(0)],
    });
  });

  describe('what reaches for `strategy._oauth2`', () => {
    fault('a request that Hiworks refuses', {
      attempt: async (make) => {
        const server = await answering(500, BODY_MARK);
        const { _oauth2 } = make(optionsFor(server.url));
        return new Promise((resolve) => _oauth2.get(`${server.url}/user/v2/me`, ACCESS_TOKEN, resolve));
      },
      here: [
        'is a real Error',
        (error) => {
          expect(error).to.be.instanceOf(HiworksTransportError);
          expectNothingSecretIn(error);
        },
      ],
      plain: [
        'is a bare object with the body in it',
        (error) => expect(error).to.deep.equal({ statusCode: 500, data: BODY_MARK }),
      ],
    });

    fault('the access token of a GET', {
      attempt: async (make) => {
        const server = await answering(200, '{}');
        const { _oauth2 } = make(optionsFor(server.url));
        await new Promise((resolve) => _oauth2.get(`${server.url}/user/v2/me`, ACCESS_TOKEN, resolve));
        return server.requests[0]?.split('\r\n') ?? [];
      },
      here: [
        'goes into a header',
        ([line, ...headers]) => {
          expect(line).to.equal('GET /user/v2/me HTTP/1.1');
          expect(headers.join('\n')).to.match(new RegExp(`^authorization: Bearer ${ACCESS_TOKEN}$`, 'im'));
        },
      ],
      plain: ['goes into the URL', ([line]) => expect(line).to.include(`access_token=${ACCESS_TOKEN}`)],
    });

    fault("the caller's own parameters", {
      attempt: async (make) => {
        const params = { grant_type: 'refresh_token' };
        const { _oauth2 } = make(optionsFor((await answering(200, tokenBody())).url));
        await new Promise((resolve) => _oauth2.getOAuthAccessToken('a-refresh-token', params, resolve));
        return params;
      },
      here: ['stay as they are', (params) => expect(params).to.deep.equal({ grant_type: 'refresh_token' })],
      plain: [
        'have the client secret written into them',
        (params) => expect(params).to.include({ client_secret: CLIENT_SECRET }),
      ],
    });
  });

  function inAProcessOfItsOwn(
    kind: Kind,
    server: RawServer,
    verify = 'resolves',
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const script = join(__dirname, 'support', 'one-login.js');
      execFile(process.execPath, [script, kind, server.url, verify], (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }
});
