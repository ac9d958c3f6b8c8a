import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type HiworksStrategyOptions, HiworksTransportError } from 'passport-hiworks';
import { authenticate, errorOf, get, type LoginError, type Outcome, userOf } from './support/login.js';
import { http, rawServers, respondWith } from './support/raw-server.js';
import { ACCESS_TOKEN, BODY_MARK } from './support/secrets.js';
import { CALLBACK, ME_BODY, strategyFor, tokenBody, USER_NO } from './support/strategy.js';

// biome-ignore lint/suspicious/noExplicitAny: Node's internals have no types
type Any = any;

const NOWHERE = 'http://127.0.0.1:1';
const TOKEN_REQUEST = /^POST \/open\/auth\/accesstoken HTTP\/1\.1\r\n/;

describe('An exchange with Hiworks', () => {
  const serve = rawServers();

  const logIn = (url: string, options: Partial<HiworksStrategyOptions> = {}) =>
    authenticate(strategyFor(url, options), get(CALLBACK));

  function expectFailure(outcome: Outcome, code: string, message: RegExp): LoginError {
    const error = errorOf(outcome);
    expect(error)
      .to.be.instanceOf(HiworksTransportError)
      .and.include({ code, status: code === 'timeout' ? 504 : 502 });
    expect(error.message)
      .to.match(message)
      .and.to.match(/^(POST|GET) https?:\/\/(127\.0\.0\.1|localhost):\d+\/[/\w]+: /);
    expect(error.message).not.to.include('\n');
    return error;
  }

  describe('is over when its time is:', () => {
    const timedOut = (outcome: Outcome) =>
      expectFailure(outcome, 'timeout', /: timed out after 60 ms(, HTTP \d+)? \(/);

    it('while the agent gives no connection, or one that does not come about', async () => {
      for (const connection of [undefined, Object.assign(new Socket(), { connecting: true })]) {
        const agent = new Agent();
        (agent as Any).createConnection = () => connection;
        timedOut(await logIn(NOWHERE, { timeout: 60, agent }));
      }
    });

    it('while the server is silent, also in a TLS handshake; and the connection is closed', async () => {
      const closed: Promise<unknown>[] = [];
      const { url } = await serve(
        () => undefined,
        (socket) => closed.push(new Promise((resolve) => socket.once('close', resolve))),
      );
      timedOut(await logIn(url, { timeout: 60 }));
      timedOut(await logIn(url.replace('http:', 'https:'), { timeout: 60 }));
      await Promise.all(closed);
      expect(closed).to.have.lengthOf(2);
    });

    const drips: Record<string, [string, string]> = {
      headers: ['HTTP/1.1 200 OK\r\nx-drip: ', 'x'],
      'interim responses': ['', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
      'a body': ['HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n', ' '],
      'a chunked body': ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\n \r\n'],
    };
    for (const [what, [first, drip]] of Object.entries(drips)) {
      it(`while ${what} come byte by byte`.replace('body come', 'body comes'), async () => {
        const { url } = await serve(async (socket) => {
          socket.write(first);
          while (!socket.destroyed) {
            socket.write(drip);
            await delay(5);
          }
        });
        timedOut(await logIn(url, { timeout: 60 }));
      });
    }

    it('after a switch of protocols, which nobody wanted', async () => {
      const { url } = await serve((socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      );
      const error = errorOf(await logIn(url, { timeout: 60 }));
      expect(error.code).to.be.oneOf(['timeout', 'connection_failed']);
    });

    it('while all connections of the agent are busy; later logins are served again', async () => {
      let hangs = true;
      const { url } = await serve((socket) => hangs || socket.end(http(200, tokenBody())));
      const strategy = strategyFor(url, { timeout: 60, agent: new Agent({ maxSockets: 1 }) });
      for (const outcome of await Promise.all([1, 2, 3].map(() => authenticate(strategy, get(CALLBACK))))) {
        timedOut(outcome);
      }
      hangs = false;
      const patient = strategyFor(url, { timeout: 10_000, agent: new Agent({ maxSockets: 1 }) });
      userOf(await authenticate(patient, get(CALLBACK)));
    });

    it('for the profile request as well', async () => {
      const { url } = await serve(
        (socket, request) => TOKEN_REQUEST.test(request) && socket.write(http(200, tokenBody())),
      );
      const outcome = await logIn(url, { timeout: 600, fetchProfile: true });
      expectFailure(
        outcome,
        'timeout',
        /^GET http:\/\/127\.0\.0\.1:\d+\/user\/v2\/me: timed out after 600 ms/,
      );
    });
  });

  describe('has a response of at most 64 KiB:', () => {
    it('so much is read, and one byte more is refused', async () => {
      const exactly = await serve(respondWith(200, tokenBody().padEnd(65_536)));
      expect(userOf(await logIn(exactly.url)).id).to.equal(USER_NO);
      const more = await serve(respondWith(200, tokenBody().padEnd(65_537)));
      const error = expectFailure(
        await logIn(more.url),
        'too_large',
        /: the response is larger than 64 KiB, HTTP 200 \(/,
      );
      expect(error.oauthError).to.deep.equal({ statusCode: 200 });
    });

    for (const framing of ['transfer-encoding: chunked', 'content-length: 1000000000', 'connection: close']) {
      it(`one that never ends is cut, and the connection closed (${framing})`, async () => {
        let closed: Promise<unknown> | undefined;
        const line = `${' '.repeat(998)}\r\n`;
        const chunk = framing.endsWith('chunked') ? `3e8\r\n${line}\r\n` : line;
        const { url } = await serve((socket) => {
          closed = new Promise((resolve) => socket.once('close', resolve));
          socket.write(`HTTP/1.1 500 Oops\r\n${framing}\r\n\r\n`);
          const pour = () => {
            while (!socket.destroyed && socket.write(chunk)) {}
          };
          socket.on('drain', pour);
          pour();
        });
        expectFailure(await logIn(url), 'too_large', /larger than 64 KiB, HTTP 500 \(/);
        await closed;
      });
    }
  });

  describe('has a response that ends', () => {
    const body = tokenBody();
    const length = Buffer.byteLength(body);
    const size = length.toString(16);

    it('with its content-length, with its last chunk, or with the connection', async () => {
      for (const rest of [
        `content-length: ${length}\r\n\r\n${body}`,
        `transfer-encoding: chunked\r\n\r\n${size}\r\n${body}\r\n0\r\n\r\n`,
        `connection: close\r\n\r\n${body}`,
      ]) {
        const { url } = await serve((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
        expect(userOf(await logIn(url)).id).to.equal(USER_NO);
      }
    });

    it('or else is an error that says where it broke off', async () => {
      for (const rest of [
        `content-length: ${length + 1}\r\n\r\n${body}`,
        `transfer-encoding: chunked\r\n\r\n${size}\r\n${body}\r\n`,
        `transfer-encoding: chunked\r\n\r\n${(length + 1).toString(16)}\r\n${body}`,
      ]) {
        for (const end of ['end', 'resetAndDestroy'] as const) {
          const { url } = await serve((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => socket[end]());
          });
          const broke = /: the connection closed mid-response: \w.*, HTTP 200 \(/;
          expectFailure(await logIn(url), 'connection_failed', broke);
        }
      }
      for (const [end, says] of [
        ['end', /: the connection failed: socket hang up \(/],
        ['resetAndDestroy', /: the connection failed: read ECONNRESET \(/],
      ] as const) {
        const { url, requests } = await serve((socket) => socket[end]());
        const error = expectFailure(await logIn(url), 'connection_failed', says);
        expect(error.cause).to.be.instanceOf(Error).and.include({ code: 'ECONNRESET' });
        expect(requests, 'a new connection is not tried again').to.have.lengthOf(1);
      }
    });
  });

  it('fails without showing what came, if that is no HTTP', async () => {
    for (const bytes of [
      `${BODY_MARK}\r\n\r\n`,
      `HTTP/1.1 ${BODY_MARK}\r\n\r\n`,
      `HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n${BODY_MARK}`,
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${BODY_MARK}\r\n`,
      `HTTP/1.1 200 OK\r\nx: ${BODY_MARK.repeat(3125)}\r\n\r\n`,
    ]) {
      const { url } = await serve((socket) => socket.end(bytes));
      expectFailure(await logIn(url), 'connection_failed', /the connection (failed|closed)/);
    }
  });

  it('follows no redirect, which would take a secret or a token along', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const elsewhere = await serve(respondWith(200, tokenBody()));
      const redirect = http(status, tokenBody(), { location: `${elsewhere.url}/open/auth/accesstoken` });
      const says = new RegExp(`: the response is a redirect, which is not followed, HTTP ${status} \\(`);
      const token = await serve((socket) => socket.end(redirect));
      expectFailure(await logIn(token.url), 'redirected', says);
      const profile = await serve((socket, request) =>
        socket.end(TOKEN_REQUEST.test(request) ? http(200, tokenBody()) : redirect),
      );
      expectFailure(await logIn(profile.url, { fetchProfile: true }), 'redirected', says);
      expect(elsewhere.connections).to.equal(0);
    }
  });

  describe('has a text that', () => {
    const company = '가비아 "하이웍스" \u{1F510}';
    const body = tokenBody({ company });

    it('arrives whole wherever the network splits it', async () => {
      const bytes = Buffer.from(body);
      const chunk = (part: Buffer) => [`${part.length.toString(16)};a=b\r\n`, part, '\r\n'];
      let at = 0;
      const { url } = await serve((socket) => {
        const parts = [...chunk(bytes.subarray(0, at)), ...chunk(bytes.subarray(at)), '0\r\n\r\n'];
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        socket.write(Buffer.concat(parts.map((part) => Buffer.from(part as string))));
      });
      const strategy = strategyFor(url);
      for (at = bytes.indexOf('가비아'); at < bytes.length; at++) {
        const user = userOf(await authenticate(strategy, get(CALLBACK)));
        expect(user._json.company, `split at byte ${at}`).to.equal(company);
      }
    });

    it('may begin with a byte order mark', async () => {
      const { url } = await serve(respondWith(200, `\uFEFF${body}`));
      expect(userOf(await logIn(url))._json.company).to.equal(company);
    });

    for (const charset of ['iso-8859-1', 'euc-kr', 'x-unknown', '"utf-16"']) {
      it(`a response in UTF-8 is read as such, though its Content-Type declares charset=${charset}`, async () => {
        const headers = { 'content-type': `application/json; charset=${charset}` };
        const { url } = await serve(respondWith(200, body, headers));
        expect(userOf(await logIn(url))._json.company).to.equal(company);
      });
    }

    const EUC_KR = Buffer.concat([Buffer.from('{"msg":"'), Buffer.from([0xb0, 0xa1]), Buffer.from('"}')]);

    it('a response that is not UTF-8 is not_json, and the message names the declared charset', async () => {
      const { url } = await serve((socket) =>
        socket.write(http(200, EUC_KR, { 'content-type': 'application/json; charset=euc-kr' })),
      );
      expectFailure(await logIn(url), 'not_json', /is not JSON in UTF-8 \(charset euc-kr\), HTTP 200/);
    });

    it('a response that is not UTF-8 and declares no charset is not_json', async () => {
      const { url } = await serve((socket) => socket.write(http(200, EUC_KR)));
      expectFailure(await logIn(url), 'not_json', /is not JSON in UTF-8, HTTP 200/);
    });

    it('a compressed response is not_json, and the message names its Content-Encoding', async () => {
      const { url } = await serve((socket) =>
        socket.write(http(200, gzipSync(body), { 'content-encoding': 'gzip' })),
      );
      expectFailure(await logIn(url), 'not_json', /\(Content-Encoding gzip\), HTTP 200/);
    });

    for (const encoding of ['identity', 'IDENTITY', '']) {
      it(`a response with Content-Encoding "${encoding}" is read`, async () => {
        const { url } = await serve(respondWith(200, body, { 'content-encoding': encoding }));
        expect(userOf(await logIn(url))._json.company).to.equal(company);
      });
    }

    it('requests ask for no compression, whatever customHeaders say', async () => {
      const server = await serve(respondWith(200, body));
      await logIn(server.url, { customHeaders: { 'Accept-Encoding': 'gzip' } });
      expect(server.requests[0]).to.match(/^accept-encoding: identity\r$/im);
    });
  });

  describe('with an agent of the application', () => {
    it('that fails at every address of the host has every reason in its error', async () => {
      const agent = new Agent();
      const reasons = [new Error('connect ENETUNREACH ::1'), new Error('connect ECONNREFUSED 127.0.0.1')];
      (agent as Any).createConnection = (_options: object, done: (error: Error) => void) =>
        done(new AggregateError(reasons));
      const all = /: the connection failed: connect ENETUNREACH ::1; connect ECONNREFUSED 127\.0\.0\.1 \(/;
      expectFailure(await logIn(NOWHERE, { agent }), 'connection_failed', all);
    });

    it('that throws anything is the error of that login, without the password of a proxy', async () => {
      for (const [thrown, says] of [
        [new Error('no proxy'), /: the request could not be sent: no proxy \(/],
        ['no proxy', /: the request could not be sent: no proxy \(/],
        [
          new Error('http://user:s3cret@proxy:8080 is down'),
          /: the request could not be sent: http:\/\/proxy:8080 is down \(/,
        ],
        [new Error('two\nlines'), /: the request could not be sent: two lines \(/],
        [' ', /: the request could not be sent: no reason given \(/],
        [undefined, /: the request could not be sent: no reason given \(/],
      ] as const) {
        const agent = new Agent();
        (agent as Any).addRequest = () => {
          throw thrown;
        };
        expectFailure(await logIn(NOWHERE, { agent }), 'connection_failed', says);
      }
    });

    it('names host and port for it, the protocol’s own port too', async () => {
      const seen: unknown[] = [];
      const agent = new Agent();
      (agent as Any).addRequest = (_request: object, { host, port, path, method, protocol }: Any) => {
        seen.push([protocol, host, port, method, path]);
        throw new Error('seen');
      };
      for (const baseURL of ['http://localhost', 'http://[::1]:8080/a?b']) {
        await logIn(baseURL, { agent });
      }
      expect(seen).to.deep.equal([
        ['http:', 'localhost', 80, 'POST', '/open/auth/accesstoken'],
        ['http:', '::1', '8080', 'POST', '/a/open/auth/accesstoken'],
      ]);
    });
  });

  it('sends the access token in a header only, and no line break of a customHeader', async () => {
    const server = await serve((socket, request) =>
      socket.end(http(200, TOKEN_REQUEST.test(request) ? tokenBody() : ME_BODY)),
    );
    const customHeaders = { 'x-service': 'mail', Authorization: 'Basic abc', 'Content-Type': 'text/plain' };
    userOf(await logIn(server.url, { fetchProfile: true, customHeaders }));
    const [token = '', me = ''] = server.requests;
    expect(token).to.match(/^content-type: application\/x-www-form-urlencoded\r$/m);
    expect(token).to.match(/^authorization: Basic abc\r$/m);
    expect(me.split('\r\n')[0]).to.equal('GET /user/v2/me HTTP/1.1');
    expect(me.match(/^authorization: .*$/gim)).to.deep.equal([`authorization: Bearer ${ACCESS_TOKEN}`]);
    expect(me.match(/^content-type: .*$/gim)).to.deep.equal(['content-type: application/json']);
    expect(me).to.match(/^x-service: mail\r$/m);
  });

  it('does not keep the process alive once it is over', async () => {
    for (const [bytes, kind] of [
      [http(200, tokenBody()), 'success'],
      [http(200, 'x'.repeat(70_000)), 'error'],
    ] as const) {
      const { url } = await serve((socket) => socket.write(bytes));
      const child = fork(join(__dirname, 'support', 'one-login.js'), [url], { silent: true });
      let printed = '';
      child.stdout?.on('data', (text) => {
        printed += text;
      });
      const [code] = await once(child, 'exit');
      expect(code).to.equal(0);
      expect(JSON.parse(printed)).to.include({ kind });
    }
  });
});
