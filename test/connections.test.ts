import { EventEmitter, once } from 'node:events';
import { Agent } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import type { HiworksStrategy } from 'passport-hiworks';
import { authenticate, errorOf, get, type Outcome, userOf } from './support/login.js';
import { http, type RawServer, rawServers } from './support/raw-server.js';
import { ME_BODY, strategyFor, tokenBody } from './support/strategy.js';
import { CERTIFICATE, type TlsHiworks, tlsHiworks } from './support/tls-hiworks.js';

// biome-ignore lint/suspicious/noExplicitAny: Node's internals have no types
type Any = any;

const TOKENS = http(200, tokenBody());
const respond = (socket: Socket) => socket.write(TOKENS);

const logIn = (strategy: HiworksStrategy, code = 'code'): Promise<Outcome> =>
  authenticate(strategy, get(`/auth/hiworks/callback?auth_code=${code}`));
const logInAll = (strategy: HiworksStrategy, codes: string[]): Promise<Outcome[]> =>
  Promise.all(codes.map((code) => logIn(strategy, code)));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `code-${from + n}`);
const codesOf = ({ requests }: RawServer) =>
  requests.map((request) => /auth_code=([^&]*)/.exec(request)?.[1]);

/** Runs a test with a Hiworks over TLS whose certificate is trusted. */
async function withTrustedHiworks(run: (hiworks: TlsHiworks) => Promise<void>): Promise<void> {
  const hiworks = await tlsHiworks();
  const { ca } = https.globalAgent.options;
  https.globalAgent.options.ca = CERTIFICATE;
  try {
    await run(hiworks);
  } finally {
    https.globalAgent.options.ca = ca;
    await hiworks.close();
  }
}

describe('The connections to Hiworks', () => {
  const serve = rawServers();

  describe('kept alive', () => {
    it('one connection serves twenty logins in a row, profile requests included', async () => {
      const server = await serve((socket, request) =>
        socket.write(request.startsWith('POST') ? TOKENS : http(200, ME_BODY)),
      );
      const strategy = strategyFor(server.url, { fetchProfile: true });
      for (const code of range(0, 20)) {
        userOf(await logIn(strategy, code));
      }
      expect(server.requests).to.have.lengthOf(40);
      expect(server.connections).to.equal(1);
    });

    it('tokens and profiles from two hosts each use a connection to their own host', async () => {
      const tokens = await serve(respond);
      const profiles = await serve((socket) => socket.write(http(200, ME_BODY)));
      const userProfileURL = `${profiles.url}/user/v2/me`;
      const strategy = strategyFor(tokens.url, { fetchProfile: true, userProfileURL });
      for (const code of range(0, 5)) {
        userOf(await logIn(strategy, code));
      }
      const methodsOf = ({ requests }: RawServer) => requests.map((request) => request.split(' ', 1)[0]);
      expect(methodsOf(tokens)).to.deep.equal(Array(5).fill('POST'));
      expect(methodsOf(profiles)).to.deep.equal(Array(5).fill('GET'));
      expect([tokens.connections, profiles.connections]).to.deep.equal([1, 1]);
    });

    it('an extra response on a connection does not reach the next login', async () => {
      const server = await serve((socket) => {
        const response = (userNo: string) => http(200, tokenBody({ user_no: userNo }));
        socket.write(Buffer.concat([response(`own-${server.requests.length}`), response('another-user')]));
      });
      const strategy = strategyFor(server.url);
      for (const nth of [1, 2, 3]) {
        expect(userOf(await logIn(strategy)).id).to.equal(`own-${nth}`);
      }
    });
  });

  describe('the certificate', () => {
    it('the certificate is verified for the host of the URL, not for a Host header in customHeaders', () =>
      withTrustedHiworks(async ({ url }) => {
        userOf(await logIn(strategyFor(url, { customHeaders: { Host: 'gateway.example' } })));
      }));

    it('the certificate is verified for the IP address of the URL, not for a Host header in customHeaders', () =>
      withTrustedHiworks(async ({ url }) => {
        const address = url.replace('localhost', '127.0.0.1');
        const error = errorOf(await logIn(strategyFor(address, { customHeaders: { Host: 'localhost' } })));
        expect(error.cause).to.have.property('code', 'ERR_TLS_CERT_ALTNAME_INVALID');
      }));

    it('a TLS handshake with an IP address sends no server name', async () => {
      const servernames: unknown[] = [];
      const agent = Object.assign(new https.Agent(), {
        addRequest(_request: object, { servername }: { servername: string }) {
          servernames.push(servername);
          throw new Error('not sent');
        },
      });
      for (const baseURL of ['https://127.0.0.1', 'https://[::1]', 'https://localhost']) {
        errorOf(await logIn(strategyFor(baseURL, { agent })));
      }
      expect(servernames).to.deep.equal(['', '', 'localhost']);
    });
  });

  describe('at most 50 at once', () => {
    it('300 logins at once use at most 50 connections', async () => {
      const server = await serve(respond);
      (await logInAll(strategyFor(server.url), range(0, 300))).forEach(userOf);
      expect(server.requests).to.have.lengthOf(300);
      expect(server.connections).to.be.within(2, 50);
    });

    it('200 logins at once make at most 50 TLS handshakes', () =>
      withTrustedHiworks(async (hiworks) => {
        (await logInAll(strategyFor(hiworks.url), range(0, 200))).forEach(userOf);
        expect(hiworks.connections).to.be.within(2, 50);
      }));

    for (const [name, agent] of [
      ["Node's global agent", undefined],
      ['an agent of the application', new Agent()],
    ] as const) {
      it(`with ${name}, at most 50 requests are sent at once, and the others in the order they came`, async () => {
        const waiting: Socket[] = [];
        let most = 0;
        const server = await serve((socket) => {
          waiting.push(socket);
          most = Math.max(most, waiting.length);
          // The first 50 get their response once all have come, the others one by one.
          if (server.requests.length >= 50) {
            setImmediate(() => respond(waiting.shift() as Socket));
          }
          if (server.requests.length === 120) {
            setImmediate(() => waiting.splice(0).forEach(respond));
          }
        });
        (await logInAll(strategyFor(server.url, { agent }), range(0, 120))).forEach(userOf);
        expect(codesOf(server).slice(50)).to.deep.equal(range(50, 120));
        expect(most).to.equal(50);
      });
    }
  });

  describe('while all 50 are busy', () => {
    /** A Hiworks that responds when the test makes it, and a strategy with 50 logins there. */
    async function busy(timeout: number) {
      const arrivals = new EventEmitter();
      const waiting: Socket[] = [];
      const server = await serve((socket) => {
        waiting.push(socket);
        arrivals.emit(String(waiting.length));
      });
      const strategy = strategyFor(server.url, { timeout });
      const first = once(arrivals, '50');
      const logins = logInAll(strategy, range(0, 50));
      await first;
      return { server, strategy, waiting, arrivals, logins };
    }

    it("a login that gets no turn within half of the timeout fails: 'busy', 503, and nothing is sent", async () => {
      const { server, strategy, logins } = await busy(2000);
      const started = performance.now();
      const outcomes = await Promise.all([logIn(strategy, 'late'), logIn(strategy, 'later')]);
      const waited = performance.now() - started;
      for (const outcome of outcomes) {
        const error = errorOf(outcome);
        expect(error).to.include({ code: 'busy', status: 503, statusCode: 503 });
        expect(error.message)
          .to.match(/^POST http:.*: not sent: /)
          .and.include('1000 ms')
          .and.include('50 other');
        expect(error.oauthError).to.deep.equal({});
      }
      expect(waited, 'milliseconds').to.be.at.least(990);
      for (const outcome of await logins) {
        expect(errorOf(outcome)).to.include({ code: 'timeout', status: 504 });
      }
      expect(codesOf(server)).not.to.include('late').and.not.include('later');
    });

    it('a login gets the first free turn, after 100 fake codes that have given up', async () => {
      const { server, strategy, waiting, arrivals, logins } = await busy(2000);
      for (const outcome of await logInAll(strategy, range(100, 200))) {
        expect(errorOf(outcome).code).to.equal('busy');
      }
      const genuine = logIn(strategy, 'genuine');
      const sent = once(arrivals, '51');
      respond(waiting[7] as Socket);
      await sent;
      respond(waiting[50] as Socket);
      userOf(await genuine);
      expect(codesOf(server).slice(50)).to.deep.equal(['genuine']);
      waiting.forEach(respond);
      await logins;
    });

    it('a login that waited for its turn has the rest of the timeout for its exchange', async () => {
      const { strategy, waiting, arrivals } = await busy(600);
      const late = logIn(strategy, 'late');
      const sent = once(arrivals, '51');
      // Time that the login spends waiting.
      await new Promise((resolve) => setTimeout(resolve, 100));
      respond(waiting[0] as Socket);
      await sent;
      const { code, message } = errorOf(await late);
      expect(code).to.equal('timeout');
      expect(Number(/(\d+) ms/.exec(message)?.[1]), message).to.be.within(300, 502);
    });

    it('a turn is free again after a response, a dropped connection, half a response, a too large one, a 500', async () => {
      const endings = [
        respond,
        (socket: Socket) => socket.destroy(),
        (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{'),
        (socket: Socket) => socket.end(http(200, 'x'.repeat(70_000))),
        (socket: Socket) => socket.end(http(500, '')),
      ];
      const server = await serve((socket) => endings[server.requests.length % endings.length]?.(socket));
      const strategy = strategyFor(server.url);
      await logInAll(strategy, range(0, 200));
      endings.splice(0, endings.length, respond);
      userOf(await logIn(strategy));
    });

    it('a turn is free again after an agent has thrown', async () => {
      const server = await serve(respond);
      const strategy = strategyFor(server.url) as Any;
      const agent = Object.assign(new Agent(), {
        addRequest() {
          throw new Error('no proxy');
        },
      });
      strategy._oauth2.setAgent(agent);
      await logInAll(strategy, range(0, 100));
      strategy._oauth2.setAgent(undefined);
      userOf(await logIn(strategy));
    });
  });

  describe('dropped by the server while idle', () => {
    /** Logs in twice: `second` responds to the second and later requests, which reuse a connection. */
    async function logInTwice(second: (socket: Socket, nth: number) => void, options = {}) {
      const server = await serve((socket) => {
        const nth = server.requests.length;
        if (nth === 1) {
          respond(socket);
        } else {
          second(socket, nth);
        }
      });
      const strategy = strategyFor(server.url, options);
      // Not limited by a short timeout on a busy machine.
      const patient =
        'timeout' in options ? strategyFor(server.url, { ...options, timeout: 10_000 }) : strategy;
      userOf(await logIn(patient, 'first'));
      return { server, outcome: await logIn(strategy, 'second') };
    }

    const resetOnce = (socket: Socket, nth: number) =>
      nth === 2 ? socket.resetAndDestroy() : respond(socket);

    /** An agent that is no http.Agent: the least that Node requires of one. */
    function foreignAgent(addRequest: (nth: number) => void = () => undefined): Any {
      const inner: Any = new Agent({ keepAlive: true });
      let nth = 0;
      return {
        keepAlive: true,
        addRequest(...request: unknown[]) {
          nth += 1;
          addRequest(nth);
          inner.addRequest(...request);
        },
      };
    }

    for (const end of ['destroy', 'resetAndDestroy'] as const) {
      it(`a request on a reused connection that the server drops (${end}) is sent once more, over a new one`, async () => {
        const { outcome, server } = await logInTwice((socket, nth) =>
          nth === 2 ? socket[end]() : respond(socket),
        );
        userOf(outcome);
        expect(codesOf(server)).to.deep.equal(['first', 'second', 'second']);
        expect(server.requests[2]).to.equal(server.requests[1]);
        expect(server.connections).to.equal(2);
      });
    }

    it('a request on a dropped connection is sent once more with an agent that is no http.Agent', async () => {
      userOf((await logInTwice(resetOnce, { agent: foreignAgent() })).outcome);
    });

    it('50 requests that all meet a dropped connection are each sent once more', async () => {
      const waiting: Socket[] = [];
      const server = await serve((socket) => {
        const nth = server.requests.length;
        waiting.push(socket);
        if (nth === 50) {
          waiting.splice(0).forEach(respond);
        } else if (nth > 50) {
          waiting.pop();
          nth <= 100 ? socket.destroy() : respond(socket);
        }
      });
      const strategy = strategyFor(server.url);
      (await logInAll(strategy, range(0, 50))).forEach(userOf);
      expect(server.connections).to.equal(50);
      (await logInAll(strategy, range(50, 100))).forEach(userOf);
      expect(server.requests).to.have.lengthOf(150);
    });

    it("a dropped connection closes the host's other idle connections, which may be stale as well", async () => {
      const server = await serve((socket) =>
        server.requests.length === 3 ? socket.resetAndDestroy() : respond(socket),
      );
      const strategy = strategyFor(server.url);
      (await logInAll(strategy, ['a', 'b'])).forEach(userOf);
      expect(server.connections).to.equal(2);
      userOf(await logIn(strategy, 'c'));
      expect(server.connections).to.equal(3);
    });

    it('a dropped connection closes the other idle ones over TLS to an IP address as well', async () => {
      const hiworks = await tlsHiworks();
      const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
      const strategy = strategyFor(hiworks.url.replace('localhost', '127.0.0.1'), { agent });
      (await logInAll(strategy, ['a', 'b'])).forEach(userOf);
      expect(hiworks.connections).to.equal(2);
      hiworks.dropReused = true;
      userOf(await logIn(strategy, 'c'));
      expect(hiworks.connections).to.equal(3);
      agent.destroy();
      await hiworks.close();
    });

    it('a request is sent once more, not again and again', async () => {
      const { outcome, server } = await logInTwice((socket) => socket.resetAndDestroy());
      expect(errorOf(outcome).code).to.equal('connection_failed');
      expect(codesOf(server)).to.deep.equal(['first', 'second', 'second']);
    });

    it('a request is sent once more even if the second connection is a stale one too', async () => {
      const server = await serve((socket) =>
        server.requests.length > 3 ? socket.resetAndDestroy() : respond(socket),
      );
      const strategy = strategyFor(server.url, { agent: foreignAgent() });
      (await logInAll(strategy, ['a', 'b', 'c'])).forEach(userOf);
      expect(errorOf(await logIn(strategy, 'd')).code).to.equal('connection_failed');
      expect(codesOf(server)).to.deep.equal(['a', 'b', 'c', 'd', 'd']);
    });

    it('a second error of the first attempt does not disturb the second', async () => {
      const sent: EventEmitter[] = [];
      const agent: Any = new Agent({ keepAlive: true });
      const { addRequest } = agent;
      agent.addRequest = (request: EventEmitter, ...rest: unknown[]) => {
        sent.push(request);
        addRequest.call(agent, request, ...rest);
      };
      const { outcome, server } = await logInTwice(
        (socket, nth) => {
          if (nth === 2) {
            socket.resetAndDestroy();
          } else {
            sent[1]?.emit('error', new Error('again'));
            respond(socket);
          }
        },
        { agent },
      );
      userOf(outcome);
      expect(sent).to.have.lengthOf(3);
      expect(codesOf(server)).to.deep.equal(['first', 'second', 'second']);
    });

    for (const end of ['end', 'resetAndDestroy'] as const) {
      it(`a request is not sent again once a byte of its response has come (${end}): its code may be used up`, async () => {
        const { outcome, server } = await logInTwice((socket) => {
          socket.write('H', () => setImmediate(() => socket[end]()));
        });
        expect(errorOf(outcome).code).to.equal('connection_failed');
        expect(codesOf(server)).to.deep.equal(['first', 'second']);
      });
    }

    it('the second attempt has the same deadline as the first', async () => {
      const { outcome, server } = await logInTwice((socket, nth) => nth === 2 && socket.resetAndDestroy(), {
        timeout: 400,
        agent: new Agent({ keepAlive: true }),
      });
      const { code, message } = errorOf(outcome);
      expect(code).to.equal('timeout');
      expect(message).to.include('400 ms');
      expect(server.requests).to.have.lengthOf(3);
    });

    it('a request that timed out is not sent again', async () => {
      const { outcome, server } = await logInTwice((socket, nth) => nth > 2 && respond(socket), {
        timeout: 60,
        agent: new Agent({ keepAlive: true }),
      });
      expect(errorOf(outcome).code).to.equal('timeout');
      // By the end of two more logins, a second attempt would have arrived.
      userOf(await logIn(strategyFor(server.url), 'third'));
      userOf(await logIn(strategyFor(server.url), 'fourth'));
      expect(codesOf(server)).to.deep.equal(['first', 'second', 'third', 'fourth']);
    });

    it('an agent that throws at the second attempt fails that login', async () => {
      const agent = foreignAgent((nth) => {
        if (nth === 3) {
          throw new Error('no more connections');
        }
      });
      const error = errorOf((await logInTwice((socket) => socket.resetAndDestroy(), { agent })).outcome);
      expect(error.code).to.equal('connection_failed');
      expect(error.message).to.include('no more connections');
    });
  });
});
