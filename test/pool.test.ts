import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import me from './fixtures/me.json';
import tokenAnswer from './fixtures/token-online.json';
import { LoginProcess, type Setup } from './support/login-process.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';

const TOKENS = http(200, JSON.stringify(tokenAnswer));
const ME = http(200, JSON.stringify(me));

describe('The connections to Hiworks', () => {
  const started: { end(): Promise<void> }[] = [];

  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.end()));
  });

  /** Starts a Hiworks that calls `answer` for every request, with how many there have been. */
  async function hiworks(
    answer: (socket: Socket, count: number, request: string) => void,
  ): Promise<RawServer> {
    const server = await rawServer((socket, request) => answer(socket, server.requests.length, request));
    started.push({ end: () => server.close() });
    return server;
  }

  function application(
    url: string,
    options: Partial<HiworksStrategyOptions> = {},
    setup: Omit<Setup, 'options'> = {},
  ): LoginProcess {
    const app = new LoginProcess({
      options: {
        clientID: 'id.open.apps',
        clientSecret: 'a-client-secret',
        state: false,
        tokenURL: `${url}/open/auth/accesstoken`,
        userProfileURL: `${url}/user/v2/me`,
        ...options,
      },
      ...setup,
    });
    started.push(app);
    return app;
  }

  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `code-${from + n}`);
  const all = <T>(value: T, count: number) => Array.from({ length: count }, () => value);
  const codes = ({ requests }: RawServer) =>
    requests.map((request) => /auth_code=([^&]*)/.exec(request)?.[1]);

  describe('in quiet times', () => {
    it('carry one request for a login', async () => {
      const server = await hiworks((socket) => socket.write(TOKENS));

      expect(await application(server.url).logIn('code')).to.deep.equal(['success']);
      expect(server.requests).to.have.lengthOf(1);
    });

    it('carry two with fetchProfile, over the same connection', async () => {
      const server = await hiworks((socket, _count, request) =>
        socket.write(request.startsWith('POST') ? TOKENS : ME),
      );

      expect(await application(server.url, { fetchProfile: true }).logIn('code')).to.deep.equal(['success']);
      expect(server.requests.map((request) => request.split(' ', 2).join(' '))).to.deep.equal([
        'POST /open/auth/accesstoken',
        'GET /user/v2/me',
      ]);
      expect(server.connections).to.equal(1);
    });

    it('are one for twenty logins one after the other', async () => {
      const server = await hiworks((socket) => socket.write(TOKENS));
      const app = application(server.url);

      for (const code of range(0, 20)) {
        expect(await app.logIn(code)).to.deep.equal(['success']);
      }
      expect(server.requests).to.have.lengthOf(20);
      expect(server.connections).to.equal(1);
    });
  });

  describe('when 500 people log in at once', () => {
    it('are 64 at most', async () => {
      const server = await hiworks((socket) => socket.write(TOKENS));

      expect(await application(server.url).logIn(...range(0, 500))).to.deep.equal(all('success', 500));
      expect(server.requests).to.have.lengthOf(500);
      expect(server.connections).to.be.within(2, 64);
    });

    it('take 64 TLS handshakes at most', async () => {
      const { key, cert, remove } = makeCertificate();
      let handshakes = 0;
      const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
        handshakes += 1;
        socket.on('error', () => undefined);
        socket.on('data', () => socket.write(TOKENS));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const app = application(
        `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
        {},
        { trusted: cert },
      );
      try {
        expect(await app.logIn(...range(0, 500))).to.deep.equal(all('success', 500));
        expect(handshakes).to.be.within(2, 64);
      } finally {
        server.close();
        remove();
      }
    });
  });

  describe('when all of them are busy', () => {
    it('go to those who wait in the order they came', async () => {
      const waiting: Socket[] = [];
      // The first 50 are answered once all have come, the others one by one.
      const server = await hiworks((socket, count) => {
        waiting.push(socket);
        if (count >= 50) {
          waiting.shift()?.write(TOKENS);
        }
        if (count === 120) {
          for (const socket of waiting.splice(0)) {
            socket.write(TOKENS);
          }
        }
      });

      expect(await application(server.url).logIn(...range(0, 120))).to.deep.equal(all('success', 120));
      expect(codes(server).slice(50)).to.deep.equal(range(50, 120));
    });

    it('count the wait for one of them into the timeout', async () => {
      const arrived = new EventEmitter();
      const server = await hiworks((socket) => arrived.emit('request', socket));
      const app = application(server.url, {}, { connections: 1 });
      const request = once(arrived, 'request');
      const patient = app.logIn('patient');
      const [socket] = await request;

      expect(await app.logInWith({ timeout: 100 }, 'hasty')).to.deep.equal(['timeout']);
      socket.write(TOKENS);
      expect(await patient).to.deep.equal(['success']);
      expect(codes(server)).to.deep.equal(['patient']);
    });
  });

  describe('when Hiworks closes an idle one as a login is sent', () => {
    it('carry the login once more, over a new one', async () => {
      const server = await hiworks((socket, count) =>
        count === 2 ? socket.destroy() : socket.write(TOKENS),
      );
      const app = application(server.url);

      expect(await app.logIn('first')).to.deep.equal(['success']);
      expect(await app.logIn('second')).to.deep.equal(['success']);
      expect(codes(server)).to.deep.equal(['first', 'second', 'second']);
      expect(server.connections).to.equal(2);
    });

    it('carry the login once more over a new one, though another idles', async () => {
      const dead = new Set<Socket>();
      const server = await hiworks((socket, count) => {
        if (count <= 2) {
          dead.add(socket);
        }
        if (count === 2) {
          for (const socket of dead) {
            socket.write(TOKENS);
          }
        } else if (count > 2) {
          dead.has(socket) ? socket.destroy() : socket.write(TOKENS);
        }
      });
      const app = application(server.url);

      expect(await app.logIn('first', 'second')).to.deep.equal(all('success', 2));
      expect(await app.logIn('third')).to.deep.equal(['success']);
      expect(codes(server)).to.deep.equal(['first', 'second', 'third', 'third']);
      expect(server.connections).to.equal(3);
    });

    it('carry it no third time', async () => {
      const server = await hiworks((socket, count) =>
        count === 1 ? socket.write(TOKENS) : socket.destroy(),
      );
      const app = application(server.url);

      await app.logIn('first');
      expect(await app.logIn('second')).to.deep.equal(['connection_failed']);
      expect(codes(server)).to.deep.equal(['first', 'second', 'second']);
    });

    it('do not carry it again once a byte of an answer has come', async () => {
      const server = await hiworks((socket, count) => (count === 1 ? socket.write(TOKENS) : socket.end('H')));
      const app = application(server.url);

      await app.logIn('first');
      expect(await app.logIn('second')).to.deep.equal(['connection_failed']);
      expect(codes(server)).to.deep.equal(['first', 'second']);
    });

    it('do not carry a login again that had a new one', async () => {
      const server = await hiworks((socket) => socket.destroy());

      expect(await application(server.url).logIn('first')).to.deep.equal(['connection_failed']);
      expect(codes(server)).to.deep.equal(['first']);
    });

    it('lose none of 50 logins whose 50 connections are closed together', async () => {
      const waiting: Socket[] = [];
      const server = await hiworks((socket, count) => {
        waiting.push(socket);
        if (count === 50) {
          for (const socket of waiting.splice(0)) {
            socket.write(TOKENS);
          }
        } else if (count > 50) {
          waiting.pop();
          count <= 100 ? socket.destroy() : socket.write(TOKENS);
        }
      });
      const app = application(server.url);

      expect(await app.logIn(...range(0, 50))).to.deep.equal(all('success', 50));
      expect(await app.logIn(...range(50, 100))).to.deep.equal(all('success', 50));
      expect(server.requests).to.have.lengthOf(150);
    });
  });
});

// A key in the repository would set off every scanner for secrets.
function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'passport-hiworks-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=test';
  const files = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...kind.split(' '), ...files], { stdio: 'ignore' });
  return { key, cert, remove: () => rmSync(folder, { recursive: true }) };
}
