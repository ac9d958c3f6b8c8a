import { EventEmitter, once } from 'node:events';
import { Agent } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import type { HiworksStrategy } from 'passport-hiworks';
import { authenticate, errorOf, get, type Outcome, userOf } from './support/login.js';
import { http, type RawServer, rawServers } from './support/raw-server.js';
import { ME_BODY, strategyFor, tokenBody } from './support/strategy.js';
import { CERTIFICATE, tlsHiworks } from './support/tls-hiworks.js';

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

describe('The connections to Hiworks', () => {
  const serve = rawServers();

  describe('are kept', () => {
    it('and used again: one for twenty logins one after the other, and for a profile after its tokens', async () => {
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

    it('each for its own host: tokens and profiles that come from two never meet', async () => {
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

    it('to one login each: what the server sends too much does not reach another', async () => {
      const server = await serve((socket) => {
        const response = (userNo: string) => http(200, tokenBody({ user_no: userNo }));
        socket.write(Buffer.concat([response(`mine-${server.requests.length}`), response('somebody-else')]));
      });
      const strategy = strategyFor(server.url);
      for (const nth of [1, 2, 3]) {
        expect(userOf(await logIn(strategy)).id).to.equal(`mine-${nth}`);
      }
    });
  });

  it('are verified for the host or address of the URL, whatever Host header the requests are to carry', async () => {
    const hiworks = await tlsHiworks();
    const { ca } = https.globalAgent.options;
    https.globalAgent.options.ca = CERTIFICATE;
    try {
      userOf(await logIn(strategyFor(hiworks.url, { customHeaders: { Host: 'gateway.example' } })));
      const address = hiworks.url.replace('localhost', '127.0.0.1');
      const refused = errorOf(await logIn(strategyFor(address, { customHeaders: { Host: 'localhost' } })));
      expect(refused.message).to.include("IP: 127.0.0.1 is not in the cert's list");
    } finally {
      https.globalAgent.options.ca = ca;
      await hiworks.close();
    }
  });

  describe('are 50 at most', () => {
    it('however many log in at once', async () => {
      const server = await serve(respond);
      (await logInAll(strategyFor(server.url), range(0, 300))).forEach(userOf);
      expect(server.requests).to.have.lengthOf(300);
      expect(server.connections).to.be.within(2, 50);
    });

    it('with as many TLS handshakes', async () => {
      const hiworks = await tlsHiworks();
      const { ca } = https.globalAgent.options;
      https.globalAgent.options.ca = CERTIFICATE;
      try {
        (await logInAll(strategyFor(hiworks.url), range(0, 200))).forEach(userOf);
        expect(hiworks.connections).to.be.within(2, 50);
      } finally {
        https.globalAgent.options.ca = ca;
        await hiworks.close();
      }
    });

    for (const agent of [undefined, new Agent()]) {
      it(`with ${agent ? 'an agent of the application as well' : 'the own pool'}; those who wait go in the order they came`, async () => {
        const waiting: Socket[] = [];
        let most = 0;
        const server = await serve((socket) => {
          waiting.push(socket);
          most = Math.max(most, waiting.length);
          // The first 50 are answered once all have come, the others one by one.
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

  describe('that are all busy', () => {
    /** A Hiworks that is told when to respond, and a strategy with 50 logins there. */
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

    it('are waited for half of `timeout`, and then the login is an error, with nothing sent', async () => {
      const { server, strategy, logins } = await busy(2000);
      const started = performance.now();
      const [outcome] = await Promise.all([logIn(strategy, 'late'), logIn(strategy, 'later')]);
      const waited = performance.now() - started;
      const error = errorOf(outcome as Outcome);
      expect(error).to.include({ name: 'HiworksTransportError', code: 'busy', status: 503, statusCode: 503 });
      expect(error.message).to.equal(
        `POST ${server.url}/open/auth/accesstoken: not sent: queued for 1000 ms behind 50 other requests ` +
          '(is Hiworks slow, or the callback route being flooded?)',
      );
      expect(error.oauthError).to.deep.equal({});
      expect(waited, 'milliseconds').to.be.at.least(990);
      for (const late of await logins) {
        expect(errorOf(late)).to.include({ code: 'timeout', status: 504 });
      }
      expect(codesOf(server)).not.to.include('late').and.not.include('later');
    });

    it('do not starve a genuine login behind fake codes that gave up: it takes the first that is free', async () => {
      const { server, strategy, waiting, arrivals, logins } = await busy(2000);
      // These wait for a second and no longer; then the genuine one comes.
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

    it('leave what is left of `timeout` to a login that waited for its turn', async () => {
      const { strategy, waiting, arrivals } = await busy(600);
      const late = logIn(strategy, 'late');
      const sent = once(arrivals, '51');
      await new Promise((resolve) => setTimeout(resolve, 100));
      respond(waiting[0] as Socket);
      await sent;
      const { message } = errorOf(await late);
      const [, left = ''] = /timed out after (\d+) ms/.exec(message) ?? [];
      expect(Number(left), message).to.be.within(300, 502);
    });

    it('are free again after every kind of end', async () => {
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
      const agent = new Agent();
      (agent as Any).addRequest = () => {
        throw new Error('no proxy');
      };
      (strategy as Any)._oauth2.setAgent(agent);
      await logInAll(strategy, range(0, 100));
      (strategy as Any)._oauth2.setAgent(undefined);
      endings.splice(0, endings.length, respond);
      userOf(await logIn(strategy));
    });
  });

  describe('of which the server closed one while it idled', () => {
    /** Logs in twice: `second` responds to the second and later requests, on a connection in use before. */
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
      // The first one has time, on a busy machine too.
      const patient =
        'timeout' in options ? strategyFor(server.url, { ...options, timeout: 10_000 }) : strategy;
      userOf(await logIn(patient, 'first'));
      return { server, outcome: await logIn(strategy, 'second') };
    }

    const resetOnce = (socket: Socket, nth: number) =>
      nth === 2 ? socket.resetAndDestroy() : respond(socket);

    /** An agent of somebody else's making: the least that Node asks of one. */
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

    it('cost nobody a login: the request is sent once more, over a new one', async () => {
      for (const end of ['destroy', 'resetAndDestroy'] as const) {
        const { outcome, server } = await logInTwice((socket, nth) =>
          nth === 2 ? socket[end]() : respond(socket),
        );
        userOf(outcome);
        expect(codesOf(server)).to.deep.equal(['first', 'second', 'second']);
        expect(server.requests[2]).to.equal(server.requests[1]);
        expect(server.connections).to.equal(2);
      }
      userOf((await logInTwice(resetOnce, { agent: foreignAgent() })).outcome);
    });

    it('are given up together: the second try meets none that is as dead', async () => {
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

      const three = await serve((socket) =>
        three.requests.length === 3 ? socket.resetAndDestroy() : respond(socket),
      );
      const calm = strategyFor(three.url);
      (await logInAll(calm, ['a', 'b'])).forEach(userOf);
      expect(three.connections).to.equal(2);
      userOf(await logIn(calm, 'c'));
      expect(three.connections).to.equal(3);
    });

    it('are given up together at an IP address over TLS, which its agent knows by another name', async () => {
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

    it('are tried once more, not for ever', async () => {
      const { outcome, server } = await logInTwice((socket) => socket.resetAndDestroy());
      expect(errorOf(outcome)).to.include({ code: 'connection_failed' });
      expect(codesOf(server)).to.deep.equal(['first', 'second', 'second']);

      const dying = await serve((socket) =>
        dying.requests.length > 3 ? socket.resetAndDestroy() : respond(socket),
      );
      const strategy = strategyFor(dying.url, { agent: foreignAgent() });
      (await logInAll(strategy, ['a', 'b', 'c'])).forEach(userOf);
      expect(errorOf(await logIn(strategy, 'd')).message).to.match(
        /: the connection failed: \w+ ECONNRESET \(/,
      );
      expect(codesOf(dying)).to.deep.equal(['a', 'b', 'c', 'd', 'd']);
    });

    it('are not tried again once a byte of the response has come: the code may be spent', async () => {
      for (const end of ['end', 'resetAndDestroy'] as const) {
        const { outcome, server } = await logInTwice((socket) => {
          socket.write('H', () => setImmediate(() => socket[end]()));
        });
        expect(errorOf(outcome)).to.include({ code: 'connection_failed' });
        expect(codesOf(server)).to.deep.equal(['first', 'second']);
      }
    });

    it('are tried once more within the same time, and not after it', async () => {
      const within = await logInTwice((socket, nth) => nth === 2 && socket.resetAndDestroy(), {
        timeout: 400,
        agent: new Agent({ keepAlive: true }),
      });
      expect(errorOf(within.outcome).message).to.match(/timed out after 400 ms/);
      expect(within.server.requests).to.have.lengthOf(3);

      const after = await logInTwice((socket, nth) => nth > 2 && respond(socket), {
        timeout: 60,
        agent: new Agent({ keepAlive: true }),
      });
      expect(errorOf(after.outcome)).to.include({ code: 'timeout' });
      // After two more logins a second try would have come.
      userOf(await logIn(strategyFor(after.server.url), 'third'));
      userOf(await logIn(strategyFor(after.server.url), 'fourth'));
      expect(codesOf(after.server)).to.deep.equal(['first', 'second', 'third', 'fourth']);
    });

    it('and whose agent throws at the second try are an error of that login', async () => {
      const agent = foreignAgent((nth) => {
        if (nth === 3) {
          throw new Error('no more connections');
        }
      });
      const { outcome } = await logInTwice((socket) => socket.resetAndDestroy(), { agent });
      expect(errorOf(outcome).message).to.match(/: the request could not be sent: no more connections \(/);
    });
  });
});
