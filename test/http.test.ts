import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import https from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type HiworksStrategyOptions, HiworksTransportError } from 'passport-hiworks';
import refresh from 'passport-oauth2-refresh';
import { authenticate, get, type Outcome } from './support/login.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { ACCESS_TOKEN, BODY_MARK, expectNothingSecretIn, REFRESH_TOKEN } from './support/secrets.js';
import { CALLBACK, DATA, strategyFor, tokenBody, USER_NO } from './support/strategy.js';

// biome-ignore lint/suspicious/noExplicitAny: Node's and passport-oauth2's internals have no types
type Any = any;

const ME = '{"no":"1234567","user_id":"hong","name":"홍길동"}';
const TOKEN_REQUEST = /^POST \/open\/auth\/accesstoken HTTP\/1\.1\r\n/;

describe('The exchange with Hiworks', () => {
  const closing: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  async function serve(answer: Parameters<typeof rawServer>[0]): Promise<RawServer> {
    const server = await rawServer(answer);
    closing.push(server.close);
    return server;
  }

  const answering = (bytes: string | Buffer) => serve((socket) => socket.end(bytes));

  const logIn = (url: string, options: Partial<HiworksStrategyOptions> = {}) =>
    authenticate(strategyFor(url, options), get(CALLBACK));

  function userOf(outcome: Outcome): Any {
    expect(outcome.kind, JSON.stringify(outcome)).to.equal('success');
    return (outcome as { user: unknown }).user;
  }

  function failureOf(outcome: Outcome): HiworksTransportError {
    expect(outcome.kind).to.equal('error');
    const { error } = outcome as { error: Error };
    expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ name: 'HiworksTransportError' });
    expectNothingSecretIn(error);
    return error as HiworksTransportError;
  }

  function expectFailure(outcome: Outcome, code: string, message: RegExp): void {
    const error = failureOf(outcome);
    expect(error.message)
      .to.match(message)
      .and.to.match(/^(POST|GET) https?:\/\/(127\.0\.0\.1|localhost):\d+\//);
    expect(error).to.include({ code, status: code === 'timeout' ? 504 : 502 });
  }

  describe('the timeout counts', () => {
    const timedOut = (outcome: Outcome) => expectFailure(outcome, 'timeout', /no whole answer within 60 ms/);

    it('while the agent gives no connection', async () => {
      const agent = new Agent();
      (agent as Any).createConnection = () => undefined;
      timedOut(await logIn('http://127.0.0.1:1', { timeout: 60, agent }));
    });

    it('while the connection does not come about', async () => {
      const agent = new Agent();
      (agent as Any).createConnection = () => Object.assign(new Socket(), { connecting: true });
      timedOut(await logIn('http://127.0.0.1:1', { timeout: 60, agent }));
    });

    it('while the TLS handshake is not answered', async () => {
      const server = await serve(() => undefined);
      timedOut(await logIn(server.url.replace('http:', 'https:'), { timeout: 60 }));
    });

    it('while no answer begins', async () => {
      const server = await serve(() => undefined);
      timedOut(await logIn(server.url, { timeout: 60 }));
    });

    const drips: [string, string, string][] = [
      ['headers come byte by byte', 'HTTP/1.1 200 OK\r\nx-drip: ', 'x'],
      ['interim answers come without end', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
      ['a body comes byte by byte', 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n', ' '],
      [
        'a chunked body comes byte by byte',
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
        '1\r\n \r\n',
      ],
    ];
    for (const [what, first, drip] of drips) {
      it(`while ${what}`, async () => {
        const server = await serve(async (socket) => {
          socket.write(first);
          while (!socket.destroyed) {
            socket.write(drip);
            await delay(5);
          }
        });
        timedOut(await logIn(server.url, { timeout: 60 }));
      });
    }

    it('while all connections of the agent are busy; later logins are served again', async () => {
      let hang = true;
      const server = await serve((socket) => hang || socket.end(http(200, tokenBody())));
      const strategy = strategyFor(server.url, { timeout: 60, agent: new Agent({ maxSockets: 1 }) });
      const logins = [1, 2, 3].map(() => authenticate(strategy, get(CALLBACK)));
      for (const outcome of await Promise.all(logins)) {
        timedOut(outcome);
      }
      hang = false;
      userOf(await authenticate(strategyFor(server.url), get(CALLBACK)));
      userOf(await authenticate(strategy, get(CALLBACK)));
    });

    it('for the profile request, too', async () => {
      const server = await serve((socket, request) => {
        if (TOKEN_REQUEST.test(request)) {
          socket.write(http(200, tokenBody()));
        }
      });
      const outcome = await logIn(server.url, { timeout: 60, fetchProfile: true });
      expectFailure(outcome, 'timeout', /^GET http:\/\/127\.0\.0\.1:\d+\/user\/v2\/me: no whole answer/);
    });

    it('and its end closes the connection', async () => {
      let closed: Promise<unknown> | undefined;
      const server = await serve((socket) => {
        closed = new Promise((resolve) => socket.once('close', resolve));
      });
      timedOut(await logIn(server.url, { timeout: 60 }));
      await closed;
    });
  });

  describe('an answer of 64 KiB', () => {
    const padded = (size: number) => tokenBody().padEnd(size, ' ');

    it('is read', async () => {
      const server = await answering(http(200, padded(65_536)));
      expect(userOf(await logIn(server.url)).id).to.equal(USER_NO);
    });

    it('and one byte more is refused', async () => {
      const server = await answering(http(200, padded(65_537)));
      expectFailure(await logIn(server.url), 'too_large', /larger than 64 KiB \(HTTP 200\)/);
    });

    for (const framing of ['transfer-encoding: chunked', 'content-length: 1000000000', 'connection: close']) {
      it(`that never ends is cut, and the connection closed (${framing})`, async () => {
        let closed: Promise<unknown> | undefined;
        const line = `${' '.repeat(998)}\r\n`;
        const chunk = framing.endsWith('chunked') ? `3e8\r\n${line}\r\n` : line;
        const server = await serve((socket) => {
          closed = new Promise((resolve) => socket.once('close', resolve));
          socket.write(`HTTP/1.1 500 Oops\r\n${framing}\r\n\r\n`);
          const pour = () => {
            while (!socket.destroyed && socket.write(chunk)) {}
          };
          socket.on('drain', pour);
          pour();
        });
        expectFailure(await logIn(server.url), 'too_large', /larger than 64 KiB \(HTTP 500\)/);
        await closed;
      });
    }
  });

  describe('text', () => {
    const company = '가비아 "하이웍스" \u{1F510}';

    function inChunks(...parts: Buffer[]): Buffer {
      const chunks = parts.flatMap((part) => [
        Buffer.from(`${part.length.toString(16)};a=b\r\n`),
        part,
        Buffer.from('\r\n'),
      ]);
      const head = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      return Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')]);
    }

    it('arrives whole wherever the network splits it', async () => {
      const body = Buffer.from(JSON.stringify({ code: 'SUC', msg: '', data: { ...DATA, company } }));
      let at = 0;
      const server = await serve((socket) => socket.write(inChunks(body.subarray(0, at), body.subarray(at))));
      const strategy = strategyFor(server.url);
      for (at = body.indexOf('가비아'); at < body.length; at++) {
        const user = userOf(await authenticate(strategy, get(CALLBACK)));
        expect(user._json.company, `split at byte ${at}`).to.equal(company);
      }
    });

    it('may begin with a byte order mark', async () => {
      const server = await answering(http(200, `\uFEFF${tokenBody({ company })}`));
      expect(userOf(await logIn(server.url))._json.company).to.equal(company);
    });

    const EUC_KR = Buffer.concat([
      Buffer.from('{"code":"ERR","msg":"'),
      Buffer.from([0xb0, 0xa1, 0xba, 0xf1]),
      Buffer.from('"}'),
    ]);
    const cut = Buffer.from(tokenBody({ company })).subarray(0, -20);
    for (const [what, body] of [
      ['in EUC-KR', EUC_KR],
      ['in UTF-16', Buffer.from(tokenBody(), 'utf16le')],
      ['that ends inside a character', cut],
    ] as const) {
      it(`${what} is no answer, and does no harm to the next`, async () => {
        const bodies = [body, Buffer.from(tokenBody({ company }))];
        const server = await serve((socket) => socket.write(http(200, bodies.shift() as Buffer)));
        const strategy = strategyFor(server.url);
        const first = await authenticate(strategy, get(CALLBACK));
        expectFailure(first, 'not_json', /the answer is not JSON in UTF-8 \(HTTP 200\)/);
        expect(userOf(await authenticate(strategy, get(CALLBACK)))._json.company).to.equal(company);
      });
    }
  });

  describe('an answer ends', () => {
    const body = tokenBody();
    const length = Buffer.byteLength(body);
    const whole: [string, string][] = [
      ['with its content-length', `content-length: ${length}\r\n\r\n${body}`],
      [
        'with its last chunk',
        `transfer-encoding: chunked\r\n\r\n${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      ],
      ['with the connection', `connection: close\r\n\r\n${body}`],
    ];
    for (const [how, rest] of whole) {
      it(how, async () => {
        const server = await answering(`HTTP/1.1 200 OK\r\n${rest}`);
        expect(userOf(await logIn(server.url)).id).to.equal(USER_NO);
      });
    }

    const broken: [string, string][] = [
      ['before its content-length', `content-length: ${length + 1}\r\n\r\n${body}`],
      ['before its last chunk', `transfer-encoding: chunked\r\n\r\n${length.toString(16)}\r\n${body}\r\n`],
      ['inside a chunk', `transfer-encoding: chunked\r\n\r\n${(length + 1).toString(16)}\r\n${body}`],
    ];
    for (const [where, rest] of broken) {
      for (const end of ['end', 'resetAndDestroy'] as const) {
        it(`${where} (${end === 'end' ? 'closed' : 'reset'}): an error that says so`, async () => {
          const server = await serve((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => socket[end]());
          });
          const broke = /the connection broke off inside the answer \(HTTP 200\): \w+/;
          expectFailure(await logIn(server.url), 'connection_failed', broke);
        });
      }
    }

    it('before it has begun (closed)', async () => {
      const server = await serve((socket) => socket.end());
      expectFailure(await logIn(server.url), 'connection_failed', /the connection failed: socket hang up/);
    });

    it('before it has begun (reset)', async () => {
      const server = await serve((socket) => socket.resetAndDestroy());
      const outcome = await logIn(server.url);
      expectFailure(outcome, 'connection_failed', /the connection failed: read ECONNRESET/);
      expect(failureOf(outcome).cause).to.be.instanceOf(Error).and.to.include({ code: 'ECONNRESET' });
    });
  });

  describe('an answer that is no HTTP', () => {
    const noise: [string, string][] = [
      ['something else', `${BODY_MARK}\r\n\r\n`],
      ['a status that is no number', `HTTP/1.1 ${BODY_MARK}\r\n\r\n`],
      ['two lengths', `HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n${BODY_MARK}`],
      [
        'a length and chunks',
        `HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      ['a chunk without a size', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${BODY_MARK}\r\n`],
      ['headers of 100 KB', `HTTP/1.1 200 OK\r\nx: ${BODY_MARK.repeat(3125)}\r\n\r\n`],
    ];
    for (const [what, bytes] of noise) {
      it(`but ${what}: an error that does not show it`, async () => {
        const server = await answering(bytes);
        expectFailure(await logIn(server.url), 'connection_failed', /the connection (failed|broke off)/);
      });
    }

    it('but a switch of protocols', async () => {
      const server = await serve((socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      );
      expectFailure(await logIn(server.url), 'connection_failed', /the connection ended without an answer/);
    });
  });

  describe('a redirect is not followed:', () => {
    for (const status of [301, 302, 303, 307, 308]) {
      it(`${status} at the token endpoint`, async () => {
        const elsewhere = await answering(http(200, tokenBody()));
        const location = `${elsewhere.url}/open/auth/accesstoken`;
        const server = await answering(http(status, tokenBody(), { location }));
        const redirected = new RegExp(`redirect, which is not followed.*\\(HTTP ${status}\\)`);
        expectFailure(await logIn(server.url), 'redirected', redirected);
        expect(elsewhere.connections).to.equal(0);
      });

      it(`${status} at the profile, which would take the access token along`, async () => {
        const elsewhere = await answering(http(200, ME));
        const server = await serve((socket, request) => {
          const redirect = http(status, '', { location: `${elsewhere.url}/user/v2/me` });
          socket.end(TOKEN_REQUEST.test(request) ? http(200, tokenBody()) : redirect);
        });
        expectFailure(await logIn(server.url, { fetchProfile: true }), 'redirected', /^GET .*redirect/);
        expect(elsewhere.connections).to.equal(0);
      });
    }
  });

  describe('a connection', () => {
    /** The answers of one server, one a request; the second and later ones find the connection in use before. */
    async function logInTwice(
      second: (socket: Socket, nth: number) => void,
      options: Partial<HiworksStrategyOptions> = {},
    ): Promise<{ outcome: Outcome; server: RawServer }> {
      const server = await serve((socket) => {
        const nth = server.requests.length;
        if (nth === 1) {
          socket.write(http(200, tokenBody()));
        } else {
          second(socket, nth);
        }
      });
      const strategy = strategyFor(server.url, options);
      userOf(await authenticate(strategy, get(CALLBACK)));
      return { outcome: await authenticate(strategy, get(CALLBACK)), server };
    }

    it('is kept and used again', async () => {
      const { outcome, server } = await logInTwice((socket) => socket.write(http(200, tokenBody())));
      userOf(outcome);
      expect(server.connections).to.equal(1);
    });

    it('that the server had closed while it idled costs nobody a login', async () => {
      const { outcome, server } = await logInTwice((socket, nth) =>
        nth === 2 ? socket.resetAndDestroy() : socket.write(http(200, tokenBody())),
      );
      userOf(outcome);
      expect(server).to.include({ connections: 2 });
      expect(server.requests[2]).to.equal(server.requests[1]);
    });

    it('that the server had closed is not replaced by another that it closed as well', async () => {
      const server = await serve((socket) =>
        server.requests.length === 3 ? socket.resetAndDestroy() : socket.write(http(200, tokenBody())),
      );
      const strategy = strategyFor(server.url);
      const together = [1, 2].map(() => authenticate(strategy, get(CALLBACK)));
      (await Promise.all(together)).forEach(userOf);
      expect(server.connections).to.equal(2);
      userOf(await authenticate(strategy, get(CALLBACK)));
      expect(server.connections).to.equal(3);
    });

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

    it('is tried once more with an agent that does not tell which of its connections are idle', async () => {
      const reset = (socket: Socket, nth: number) =>
        nth === 2 ? socket.resetAndDestroy() : socket.write(http(200, tokenBody()));
      const { outcome } = await logInTwice(reset, { agent: foreignAgent() });
      userOf(outcome);
    });

    it('is tried once more, not for ever, where further idle ones are dead as well', async () => {
      const server = await serve((socket) =>
        server.requests.length > 3 ? socket.resetAndDestroy() : socket.write(http(200, tokenBody())),
      );
      const strategy = strategyFor(server.url, { agent: foreignAgent() });
      const together = [1, 2, 3].map(() => authenticate(strategy, get(CALLBACK)));
      (await Promise.all(together)).forEach(userOf);
      expectFailure(await authenticate(strategy, get(CALLBACK)), 'connection_failed', /ECONNRESET/);
      expect(server).to.include({ connections: 3 }).and.have.property('requests').with.lengthOf(5);
    });

    it('whose agent throws at the second try is an error of that login', async () => {
      const agent = foreignAgent((nth) => {
        if (nth === 3) {
          throw new Error('no more connections');
        }
      });
      const { outcome } = await logInTwice((socket) => socket.resetAndDestroy(), { agent });
      expectFailure(outcome, 'connection_failed', /the request could not be sent: no more connections$/);
    });

    it('is tried once more, not for ever', async () => {
      const { outcome, server } = await logInTwice((socket) => socket.resetAndDestroy());
      expectFailure(outcome, 'connection_failed', /ECONNRESET/);
      expect(server.requests).to.have.lengthOf(3);
    });

    it('is tried once more within the same timeout', async () => {
      const { outcome, server } = await logInTwice((socket, nth) => nth === 2 && socket.resetAndDestroy(), {
        timeout: 100,
      });
      expectFailure(outcome, 'timeout', /within 100 ms/);
      expect(server.requests).to.have.lengthOf(3);
    });

    it('is not tried again once the time is over', async () => {
      const { outcome, server } = await logInTwice(
        (socket, nth) => nth > 2 && socket.write(http(200, tokenBody())),
        { timeout: 60 },
      );
      expectFailure(outcome, 'timeout', /within 60 ms/);
      // After two more logins a second try would have come.
      userOf(await logIn(server.url));
      userOf(await logIn(server.url));
      expect(server.requests).to.have.lengthOf(4);
    });

    it('is not tried again once a byte of the answer has come: the code may be spent', async () => {
      const { outcome, server } = await logInTwice((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n', () => setImmediate(() => socket.resetAndDestroy()));
      });
      failureOf(outcome);
      expect(server.requests).to.have.lengthOf(2);
    });

    it('that is new is not tried again', async () => {
      const server = await serve((socket) => socket.resetAndDestroy());
      failureOf(await logIn(server.url));
      expect(server.requests).to.have.lengthOf(1);
    });

    it('that Hiworks answers on twice does not carry one login’s answer into another', async () => {
      const server = await serve((socket) => {
        const answer = (userNo: string) => http(200, tokenBody({ user_no: userNo }));
        socket.write(Buffer.concat([answer(`mine-${server.requests.length}`), answer('somebody-else')]));
      });
      const strategy = strategyFor(server.url);
      for (const nth of [1, 2, 3]) {
        expect(userOf(await authenticate(strategy, get(CALLBACK))).id).to.equal(`mine-${nth}`);
      }
    });

    it('does not keep the process alive once the login is over', async function () {
      this.timeout(20_000);
      const server = await serve((socket) => socket.write(http(200, tokenBody())));
      const script = join(__dirname, 'support', 'one-login.js');
      const child = fork(script, ['here', server.url, 'resolves'], { silent: true });
      closing.push(async () => child.kill());
      const [code] = await once(child, 'exit');
      expect(code).to.equal(0);
    });

    it('that is refused is an error with the cause in it', async () => {
      const free = await serve(() => undefined);
      await free.close();
      const outcome = await logIn(free.url);
      expectFailure(outcome, 'connection_failed', /the connection failed: connect ECONNREFUSED 127\.0\.0\.1/);
      expect(failureOf(outcome).cause).to.include({ code: 'ECONNREFUSED' });
    });

    it('that fails at every address of the host is an error with every reason in it', async () => {
      const agent = new Agent();
      const reasons = [new Error('connect ENETUNREACH ::1'), new Error('connect ECONNREFUSED 127.0.0.1')];
      (agent as Any).createConnection = (_options: object, done: (error: Error) => void) =>
        done(new AggregateError(reasons));
      const all = /the connection failed: connect ENETUNREACH ::1; connect ECONNREFUSED 127\.0\.0\.1$/;
      expectFailure(await logIn('http://127.0.0.1:1', { agent }), 'connection_failed', all);
    });

    for (const [what, thrown, why] of [
      ['an error', new Error('no proxy'), /the request could not be sent: no proxy$/],
      ['a text', 'no proxy', /the request could not be sent: no proxy$/],
      ['a blank', ' ', /the request could not be sent: no reason given$/],
      ['nothing', undefined, /the request could not be sent$/],
    ] as const) {
      it(`whose agent throws ${what} is an error of that login`, async () => {
        const agent = new Agent();
        (agent as Any).addRequest = () => {
          throw thrown;
        };
        expectFailure(await logIn('http://127.0.0.1:1', { agent }), 'connection_failed', why);
      });
    }
  });

  describe("the application's agent carries", () => {
    class CountingAgent extends Agent {
      asked: string[] = [];
      addRequest(request: { method: string; path: string }, ...rest: unknown[]): void {
        this.asked.push(`${request.method} ${request.path}`);
        (Agent.prototype as Any).addRequest.call(this, request, ...rest);
      }
    }

    async function strategyWithAgent() {
      const server = await serve((socket, request) =>
        socket.end(http(200, TOKEN_REQUEST.test(request) ? tokenBody() : ME)),
      );
      const agent = new CountingAgent();
      return { agent, strategy: strategyFor(server.url, { agent, fetchProfile: true }) };
    }

    it('the token request and the profile request', async () => {
      const { agent, strategy } = await strategyWithAgent();
      userOf(await authenticate(strategy, get(CALLBACK)));
      expect(agent.asked).to.deep.equal(['POST /open/auth/accesstoken', 'GET /user/v2/me']);
    });

    it('a refresh by strategy.refreshAccessToken', async () => {
      const { agent, strategy } = await strategyWithAgent();
      await strategy.refreshAccessToken('a-refresh-token');
      expect(agent.asked).to.deep.equal(['POST /open/auth/accesstoken']);
    });

    it('a refresh by passport-oauth2-refresh', async () => {
      const { agent, strategy } = await strategyWithAgent();
      refresh.use('with-agent', strategy);
      const tokens = await new Promise((resolve) =>
        refresh.requestNewAccessToken('with-agent', 'a-refresh-token', (...answer) => resolve(answer)),
      );
      expect(tokens).to.deep.include.members([null, ACCESS_TOKEN, REFRESH_TOKEN]);
      expect(agent.asked).to.deep.equal(['POST /open/auth/accesstoken']);
    });
  });

  describe('what is sent', () => {
    it('has the access token in a header only, whatever customHeaders say', async () => {
      const server = await serve((socket, request) =>
        socket.end(http(200, TOKEN_REQUEST.test(request) ? tokenBody() : ME)),
      );
      const customHeaders = { 'x-service': 'mail', Authorization: 'Basic abc', 'Content-Type': 'text/plain' };
      userOf(await logIn(server.url, { fetchProfile: true, customHeaders }));
      const [token = '', me = ''] = server.requests;
      expect(token).to.match(/^content-type: application\/x-www-form-urlencoded\r$/m);
      expect(me.split('\r\n')[0]).to.equal('GET /user/v2/me HTTP/1.1');
      expect(me.match(/^authorization: .*$/gim)).to.deep.equal([`authorization: Bearer ${ACCESS_TOKEN}`]);
      expect(me.match(/^content-type: .*$/gim)).to.deep.equal(['content-type: application/json']);
      expect(me).to.match(/^x-service: mail\r$/m);
    });

    it('has no line break from a customHeader: that is a wrong option', () => {
      for (const customHeaders of [{ 'x-a': 'b\r\nx-injected: 1' }, { 'x-a\r\nx-injected': '1' }]) {
        const make = () => strategyFor('http://127.0.0.1:1', { customHeaders });
        expect(make).to.throw(TypeError, /`customHeaders` has a wrong header/);
      }
    });
  });

  describe('TLS', () => {
    const fixture = (name: string) =>
      readFileSync(join(__dirname, '..', 'test', 'fixtures', 'tls-for-tests-only', name));
    const cert = fixture('certificate.pem');
    let requests = 0;

    async function serveTLS(
      handle: (socket: Socket, nth: number) => void = () => undefined,
    ): Promise<{ port: number; connections(): number }> {
      let connections = 0;
      requests = 0;
      const server = https.createServer({ key: fixture('key.pem'), cert }, (request, response) => {
        requests += 1;
        handle(request.socket, requests);
        response.setHeader('content-type', 'application/json');
        request.resume().on('end', () => response.end(tokenBody()));
      });
      server.on('secureConnection', () => {
        connections += 1;
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closing.push(async () => {
        server.closeAllConnections();
        server.close();
      });
      return { port: (server.address() as AddressInfo).port, connections: () => connections };
    }

    it('with an unknown certificate is an error, and the secret does not leave', async () => {
      const { port } = await serveTLS();
      const outcome = await logIn(`https://localhost:${port}`);
      expectFailure(outcome, 'connection_failed', /the connection failed: self-signed certificate/);
      expect(failureOf(outcome).cause).to.include({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(requests).to.equal(0);
    });

    it('with a certificate of another host is an error, and the secret does not leave', async () => {
      const { port } = await serveTLS();
      const agent = new https.Agent({ ca: cert });
      const outcome = await logIn(`https://127.0.0.1:${port}`, { agent });
      expectFailure(outcome, 'connection_failed', /IP: 127\.0\.0\.1 is not in the cert's list/);
      expect(failureOf(outcome).cause).to.include({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      expect(requests).to.equal(0);
    });

    it("with a certificate that the application's agent knows is a login", async () => {
      const { port } = await serveTLS();
      const agent = new https.Agent({ ca: cert });
      expect(userOf(await logIn(`https://localhost:${port}`, { agent })).id).to.equal(USER_NO);
    });

    it('on a kept connection that the server had closed costs nobody a login', async () => {
      const { port, connections } = await serveTLS((socket, nth) => nth === 2 && socket.destroy());
      const agent = new https.Agent({ ca: cert, keepAlive: true });
      const strategy = strategyFor(`https://localhost:${port}`, { agent });
      userOf(await authenticate(strategy, get(CALLBACK)));
      userOf(await authenticate(strategy, get(CALLBACK)));
      expect({ requests, connections: connections() }).to.deep.equal({ requests: 3, connections: 2 });
      agent.destroy();
    });

    it('where the server speaks none is an error in one line', async () => {
      const server = await rawServer(
        () => undefined,
        (socket) => socket.write(http(400, 'speak HTTP')),
      );
      closing.push(server.close);
      const tls = /^POST https:\/\/127.0.0.1:\d+\/open\/auth\/accesstoken: the connection failed: .+$/;
      const error = failureOf(await logIn(server.url.replace('http:', 'https:')));
      expect(error.message).to.match(tls).and.not.to.include('\n');
    });
  });

  describe('code that reaches for strategy._oauth2', () => {
    const refusing = () => serve((socket) => socket.end(http(403, `{"secret":"${BODY_MARK}"}`)));
    const oauth2 = (url: string): Any => (strategyFor(url) as Any)._oauth2;

    /** What a callback of the `oauth` package is called with. */
    const called = (call: (callback: (...answer: Any[]) => void) => void) =>
      new Promise<Any[]>((resolve) => call((...answer) => resolve(answer)));

    for (const method of ['get', 'getProtectedResource']) {
      it(`${method}: gets the text and the status, the token in a header`, async () => {
        const server = await serve((socket) => socket.end(http(200, ME)));
        const url = `${server.url}/user/v2/me?detail=1`;
        const [error, data, response] = await called((callback) =>
          oauth2(server.url)[method](url, ACCESS_TOKEN, callback),
        );
        expect(error).to.equal(null);
        expect(data).to.equal(ME);
        expect(response).to.deep.include({ statusCode: 200 });
        expect(response.headers).to.include({ 'content-type': 'application/json' });
        expect(server.requests[0]).to.match(/^GET \/user\/v2\/me\?detail=1 HTTP\/1.1\r\n/);
        expect(server.requests[0]).to.match(new RegExp(`^authorization: Bearer ${ACCESS_TOKEN}\r$`, 'm'));
        expect(server.requests[0]?.split(ACCESS_TOKEN)).to.have.lengthOf(2);
      });

      it(`${method}: a refusal is a real Error without the answer in it`, async () => {
        const server = await refusing();
        const [error] = await called((callback) =>
          oauth2(server.url)[method](`${server.url}/user/v2/me?key=${BODY_MARK}`, ACCESS_TOKEN, callback),
        );
        expect(error).to.be.instanceOf(HiworksTransportError);
        expect(error).to.include({ code: 'unexpected_status', status: 502 });
        expect(error.message).to.match(/^GET .*\/user\/v2\/me: the answer is no success \(HTTP 403\)$/);
        expectNothingSecretIn(error);
      });
    }

    it('a 2xx of any kind is a success, less and more are none', async () => {
      for (const [status, fine] of [
        ['099', false],
        ['200', true],
        ['204', true],
        ['299', true],
        ['300', false],
        ['302', false],
      ] as const) {
        const server = await answering(`HTTP/1.1 ${status} X\r\nconnection: close\r\n\r\n`);
        const [error] = await called((callback) => oauth2(server.url).get(server.url, '', callback));
        expect(error === null, `HTTP ${status}`).to.equal(fine);
      }
    });

    it('_request: any method, headers and a body; the caller’s Authorization header counts', async () => {
      const server = await serve((socket) => socket.end(http(200, 'ok')));
      const headers = { authorization: 'Bearer other', 'content-type': 'text/plain' };
      const [error, data] = await called((callback) =>
        oauth2(server.url)._request('PUT', `${server.url}/x`, headers, '메모', ACCESS_TOKEN, callback),
      );
      expect([error, data]).to.deep.equal([null, 'ok']);
      const [request = ''] = server.requests;
      expect(request)
        .to.match(/^PUT \/x HTTP\/1.1\r\n/)
        .and.to.match(/^authorization: Bearer other\r$/m);
      expect(Buffer.from(request, 'latin1').toString()).to.match(/\r\n\r\n메모$/);
    });

    it('getOAuthAccessToken: a code, for the strategy’s own accessType or another', async () => {
      const server = await serve((socket) => socket.end(http(200, tokenBody())));
      for (const [params, accessType] of [
        [{ grant_type: 'authorization_code' }, 'online'],
        [{ grant_type: 'authorization_code', access_type: 'offline' }, 'offline'],
        [undefined, 'online'],
      ] as const) {
        server.requests.length = 0;
        const answer = await called((callback) =>
          oauth2(server.url).getOAuthAccessToken('a-code', params, callback),
        );
        const { refresh_token: _refreshToken, ...rest } = DATA;
        expect(answer).to.deep.equal([null, ACCESS_TOKEN, REFRESH_TOKEN, rest]);
        expect(server.requests[0]).to.match(new RegExp(`&auth_code=a-code&access_type=${accessType}$`));
      }
    });

    it('getOAuthAccessToken: a refusal is a real Error with Hiworks’ words', async () => {
      const server = await serve((socket) => socket.end(http(200, '{"code":"ERR","msg":"잘못된 코드"}')));
      const [error] = await called((callback) =>
        oauth2(server.url).getOAuthAccessToken('a-code', {}, callback),
      );
      expect(error).to.be.instanceOf(Error).and.to.include({ name: 'HiworksTokenError', code: 'ERR' });
      expect(error.message).to.include('잘못된 코드');
    });

    for (const url of ['/relative', `ftp://127.0.0.1/`, 'http://']) {
      it(`a wrong URL is an Error given to the callback: ${url}`, async () => {
        const [error] = await called((callback) =>
          oauth2('http://127.0.0.1:1').get(url, ACCESS_TOKEN, callback),
        );
        expect(error).to.be.instanceOf(Error);
        expectNothingSecretIn(error);
      });
    }
  });
});
