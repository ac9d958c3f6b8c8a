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

  /** The error of a login without a usable response; `fragment` is part of its message. */
  function expectFailure(outcome: Outcome, code: string, fragment = ''): LoginError {
    const error = errorOf(outcome);
    expect(error)
      .to.be.instanceOf(HiworksTransportError)
      .and.include({ code, status: code === 'timeout' ? 504 : 502 });
    expect(error.message).to.include(fragment).and.not.include('\n');
    return error;
  }

  describe('its deadline', () => {
    const timedOut = (outcome: Outcome) => expectFailure(outcome, 'timeout', '60 ms');

    for (const [what, connection] of [
      ['gives no connection', () => undefined],
      [
        'gives a connection that is never established',
        () => Object.assign(new Socket(), { connecting: true }),
      ],
    ] as const) {
      it(`an exchange times out if the agent ${what}`, async () => {
        const agent = Object.assign(new Agent(), { createConnection: connection });
        timedOut(await logIn(NOWHERE, { timeout: 60, agent: agent as unknown as Agent }));
      });
    }

    for (const protocol of ['http:', 'https:']) {
      it(`an exchange over ${protocol} with a silent server times out, and its connection is closed`, async () => {
        let onClose = (): void => undefined;
        const closed = new Promise<void>((resolve) => {
          onClose = resolve;
        });
        const { url } = await serve(
          () => undefined,
          (socket) => socket.once('close', onClose),
        );
        timedOut(await logIn(url.replace('http:', protocol), { timeout: 60 }));
        await closed;
      });
    }

    const drips: Record<string, [first: string, drip: string]> = {
      headers: ['HTTP/1.1 200 OK\r\nx-drip: ', 'x'],
      'interim responses': ['', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
      'the bytes of a body': ['HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n', ' '],
      'the chunks of a body': ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\n \r\n'],
    };
    for (const [what, [first, drip]] of Object.entries(drips)) {
      it(`an exchange times out while ${what} keep coming one by one`, async () => {
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

    it('an exchange ends in time after a switch of protocols that was not requested', async () => {
      const { url } = await serve((socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      );
      const error = errorOf(await logIn(url, { timeout: 60 }));
      expect(error.code).to.be.oneOf(['timeout', 'connection_failed']);
    });

    it("an exchange times out in the queue of the application's agent, and later logins succeed again", async () => {
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

    it('the profile request has a deadline of its own', async () => {
      const { url } = await serve(
        (socket, request) => TOKEN_REQUEST.test(request) && socket.write(http(200, tokenBody())),
      );
      const outcome = await logIn(url, { timeout: 600, fetchProfile: true });
      expect(expectFailure(outcome, 'timeout', '600 ms').message).to.match(/^GET /);
    });
  });

  describe('the size of a response', () => {
    it('a response of 64 KiB is read', async () => {
      const { url } = await serve(respondWith(200, tokenBody().padEnd(65_536)));
      expect(userOf(await logIn(url)).id).to.equal(USER_NO);
    });

    it('a response of one byte more than 64 KiB is too_large', async () => {
      const { url } = await serve(respondWith(200, tokenBody().padEnd(65_537)));
      const error = expectFailure(await logIn(url), 'too_large');
      expect(error.oauthError).to.deep.equal({ statusCode: 200 });
    });

    for (const framing of ['transfer-encoding: chunked', 'content-length: 1000000000', 'connection: close']) {
      it(`an endless response is too_large, and its connection is closed (${framing})`, async () => {
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
        expectFailure(await logIn(url), 'too_large', 'HTTP 500');
        await closed;
      });
    }
  });

  describe('the end of a response', () => {
    const body = tokenBody();
    const length = Buffer.byteLength(body);
    const size = length.toString(16);

    for (const [how, rest] of [
      ['its content-length', `content-length: ${length}\r\n\r\n${body}`],
      ['its last chunk', `transfer-encoding: chunked\r\n\r\n${size}\r\n${body}\r\n0\r\n\r\n`],
      ['the connection', `connection: close\r\n\r\n${body}`],
    ] as const) {
      it(`a response that ends with ${how} is read`, async () => {
        const { url } = await serve((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
        expect(userOf(await logIn(url)).id).to.equal(USER_NO);
      });
    }

    for (const end of ['end', 'resetAndDestroy'] as const) {
      for (const [what, rest] of [
        ['its content-length', `content-length: ${length + 1}\r\n\r\n${body}`],
        ['its last chunk', `transfer-encoding: chunked\r\n\r\n${size}\r\n${body}\r\n`],
        ['the end of a chunk', `transfer-encoding: chunked\r\n\r\n${(length + 1).toString(16)}\r\n${body}`],
      ] as const) {
        it(`a response that breaks off before ${what} is connection_failed (${end})`, async () => {
          const { url } = await serve((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => socket[end]());
          });
          expectFailure(await logIn(url), 'connection_failed', 'HTTP 200');
        });
      }

      it(`a new connection that closes without a response is connection_failed, and not tried again (${end})`, async () => {
        const { url, requests } = await serve((socket) => socket[end]());
        const error = expectFailure(await logIn(url), 'connection_failed');
        expect(error.cause).to.be.instanceOf(Error).and.include({ code: 'ECONNRESET' });
        expect(requests).to.have.lengthOf(1);
      });
    }
  });

  const malformed: [what: string, bytes: string][] = [
    ['no status line', `${BODY_MARK}\r\n\r\n`],
    ['no status', `HTTP/1.1 ${BODY_MARK}\r\n\r\n`],
    ['two content-lengths', `HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n${BODY_MARK}`],
    [
      'a content-length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a malformed chunk', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${BODY_MARK}\r\n`],
    ['100 KB of headers', `HTTP/1.1 200 OK\r\nx: ${BODY_MARK.repeat(3125)}\r\n\r\n`],
  ];
  for (const [what, bytes] of malformed) {
    it(`a response with ${what} is connection_failed, and not shown`, async () => {
      const { url } = await serve((socket) => socket.end(bytes));
      expectFailure(await logIn(url), 'connection_failed');
    });
  }

  for (const status of [301, 302, 303, 307, 308]) {
    it(`a redirect with HTTP ${status} is not followed: it would take a secret or a token along`, async () => {
      const elsewhere = await serve(respondWith(200, tokenBody()));
      const redirect = http(status, tokenBody(), { location: `${elsewhere.url}/open/auth/accesstoken` });
      const token = await serve((socket) => socket.end(redirect));
      expectFailure(await logIn(token.url), 'redirected');
      const profile = await serve((socket, request) =>
        socket.end(TOKEN_REQUEST.test(request) ? http(200, tokenBody()) : redirect),
      );
      expectFailure(await logIn(profile.url, { fetchProfile: true }), 'redirected');
      expect(elsewhere.connections).to.equal(0);
    });
  }

  describe('the encoding of a response', () => {
    const company = '가비아 "하이웍스" \u{1F510}';
    const body = tokenBody({ company });

    it('a response is read whole wherever the network splits it', async () => {
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

    it('a response may begin with a byte order mark', async () => {
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
      const headers = { 'content-type': 'application/json; charset=euc-kr' };
      const { url } = await serve(respondWith(200, EUC_KR, headers));
      expectFailure(await logIn(url), 'not_json', '(charset euc-kr)');
    });

    it('a response that is not UTF-8 and declares no charset is not_json', async () => {
      const { url } = await serve(respondWith(200, EUC_KR));
      const { message } = expectFailure(await logIn(url), 'not_json', 'UTF-8');
      expect(message).not.to.include('charset');
    });

    it('a response that is JSON is not_json if it declares a Content-Encoding, and a charset is named as well', async () => {
      const headers = { 'content-encoding': 'br', 'content-type': 'text/html;charset = euc-kr' };
      const { url } = await serve(respondWith(200, body, headers));
      expectFailure(await logIn(url), 'not_json', '(charset euc-kr, Content-Encoding br)');
    });

    it('a compressed response is not_json, and the message names its Content-Encoding', async () => {
      const { url } = await serve(respondWith(200, gzipSync(body), { 'content-encoding': 'gzip' }));
      expectFailure(await logIn(url), 'not_json', '(Content-Encoding gzip)');
    });

    for (const encoding of ['identity', 'IDENTITY', '']) {
      it(`a response with Content-Encoding "${encoding}" is read`, async () => {
        const { url } = await serve(respondWith(200, body, { 'content-encoding': encoding }));
        expect(userOf(await logIn(url))._json.company).to.equal(company);
      });
    }

    it('requests have Accept-Encoding: identity, even if customHeaders have another', async () => {
      const server = await serve(respondWith(200, body));
      await logIn(server.url, { customHeaders: { 'Accept-Encoding': 'gzip' } });
      expect(server.requests[0]).to.match(/^accept-encoding: identity\r$/im);
    });
  });

  describe('an agent of the application', () => {
    it('the error for a host that fails at each of its addresses has all the reasons', async () => {
      const reasons = [new Error('connect ENETUNREACH ::1'), new Error('connect ECONNREFUSED 127.0.0.1')];
      const agent = new Agent();
      (agent as Any).createConnection = (_options: object, done: (error: Error) => void) =>
        done(new AggregateError(reasons));
      const all = 'connect ENETUNREACH ::1; connect ECONNREFUSED 127.0.0.1';
      expectFailure(await logIn(NOWHERE, { agent }), 'connection_failed', all);
    });

    for (const [what, thrown, text] of [
      ['an error', new Error('no proxy'), 'no proxy'],
      ['a string', 'no proxy', 'no proxy'],
      [
        'an error with the password of a proxy',
        new Error('http://user:s3cret@proxy:8080 is down'),
        'http://proxy:8080 is down',
      ],
      ['an error of two lines', new Error('two\nlines'), 'two lines'],
      ['a blank string', ' ', 'no reason given'],
      ['undefined', undefined, 'no reason given'],
    ] as const) {
      it(`an agent that throws ${what} fails that login: connection_failed`, async () => {
        const agent = Object.assign(new Agent(), {
          addRequest() {
            throw thrown;
          },
        });
        expectFailure(await logIn(NOWHERE, { agent }), 'connection_failed', `: ${text} (`);
      });
    }

    for (const [baseURL, expected] of [
      ['http://localhost', ['http:', 'localhost', 80, 'POST', '/open/auth/accesstoken']],
      ['https://localhost', ['https:', 'localhost', 443, 'POST', '/open/auth/accesstoken']],
      ['http://[::1]:8080/a?b', ['http:', '::1', '8080', 'POST', '/a/open/auth/accesstoken']],
    ] as const) {
      it(`an agent is given protocol, host, port, method and path of a request to ${baseURL}`, async () => {
        let seen: Any;
        const agent = Object.assign(new Agent(), {
          protocol: new URL(baseURL).protocol,
          addRequest(_request: object, options: Any) {
            seen = options;
            throw new Error('not sent');
          },
        });
        await logIn(baseURL, { agent });
        expect([seen.protocol, seen.host, seen.port, seen.method, seen.path]).to.deep.equal(expected);
      });
    }
  });

  it('the query of an endpoint is sent, and not shown: it may be the key of a gateway', async () => {
    const server = await serve(respondWith(503, ''));
    const tokenURL = `${server.url}/token?key=sh0uldneverbeseenapikey000000001`;
    const { message } = expectFailure(await logIn(NOWHERE, { tokenURL }), 'unexpected_status');
    expect(server.requests[0]).to.match(/^POST \/token\?key=sh0uldneverbeseenapikey000000001 HTTP/);
    expect(message).to.include('/token:').and.not.include('apikey');
  });

  it('the profile request carries the access token in a header only, which customHeaders cannot replace', async () => {
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

  for (const [what, bytes, kind] of [
    ['a successful exchange', http(200, tokenBody()), 'success'],
    ['a failed exchange', http(200, 'x'.repeat(70_000)), 'error'],
  ] as const) {
    it(`${what} leaves nothing behind that keeps the process alive`, async () => {
      const { url } = await serve((socket) => socket.write(bytes));
      const child = fork(join(__dirname, 'support', 'one-login.js'), [url], { silent: true });
      let printed = '';
      child.stdout?.on('data', (text) => {
        printed += text;
      });
      const [code] = await once(child, 'exit');
      expect(code).to.equal(0);
      expect(JSON.parse(printed)).to.include({ kind });
    });
  }
});
