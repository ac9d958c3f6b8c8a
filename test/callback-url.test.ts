import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { authenticate, errorOf, type FakeRequest, get, start } from './support/login.js';

const options = { clientID: 'id', clientSecret: 'secret', state: false };

const make = (callbackURL: string | undefined, more: Partial<HiworksStrategyOptions> = {}) =>
  new HiworksStrategy({ ...options, callbackURL, ...more } as HiworksStrategyOptions, () => undefined);

async function redirectURI(callbackURL: string | undefined, request: FakeRequest, more: object = {}) {
  const location = await start(make(callbackURL, more), undefined, {}, request);
  return location.searchParams.get('redirect_uri');
}

describe('The callbackURL', () => {
  it('goes out as it is if it is absolute, and not at all if there is none', async () => {
    for (const url of [
      'http://localhost:3000/cb',
      'https://app.example.com/cb?a=b',
      'HTTPS://app.example.com',
    ]) {
      expect(await redirectURI(url, { headers: {} })).to.equal(url);
    }
    expect(await redirectURI(undefined, {})).to.equal(null);
  });

  it('may be given for one login, and is checked like the option', async () => {
    const location = await start(make('https://app.example.com/cb'), undefined, { callbackURL: '/other' });
    expect(location.searchParams.get('redirect_uri')).to.equal('http://app.example.com/other');
    for (const callbackURL of ['', ' ', 7, null, {}, 'javascript:alert(1)', 'http://']) {
      const error = errorOf(await authenticate(make(undefined), get('/'), { callbackURL }));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.match(/^HiworksStrategy: `callbackURL` must be/);
    }
  });

  describe('that is relative', () => {
    it('is resolved against the request: its own URL, its host, and whether it came over TLS', async () => {
      const cases: [string, FakeRequest, string][] = [
        ['/auth/hiworks/callback', { url: '/auth/hiworks' }, 'http://app.example.com/auth/hiworks/callback'],
        ['hiworks/callback', { url: '/auth/hiworks' }, 'http://app.example.com/auth/hiworks/callback'],
        [
          'hiworks/cb',
          { url: '/hiworks', originalUrl: '/auth/hiworks' },
          'http://app.example.com/auth/hiworks/cb',
        ],
        ['callback', { url: '/auth/hiworks?next=/a/b' }, 'http://app.example.com/auth/callback'],
        [
          '?from=hiworks',
          { url: '/auth/hiworks?next=/a/b' },
          'http://app.example.com/auth/hiworks?from=hiworks',
        ],
        ['/cb?next=https://app.example.com/', {}, 'http://app.example.com/cb?next=https://app.example.com/'],
        ['httpd/cb', { url: '/' }, 'http://app.example.com/httpd/cb'],
        ['/cb', { socket: { encrypted: true } }, 'https://app.example.com/cb'],
        ['/cb', { connection: { encrypted: true } }, 'https://app.example.com/cb'],
        ['/cb', { socket: null, connection: undefined }, 'http://app.example.com/cb'],
        ['/cb', { headers: { host: '[::1]:3000' } }, 'http://[::1]:3000/cb'],
        ['/cb', { headers: { host: '[::1]' } }, 'http://[::1]/cb'],
        ['cb', { url: undefined as unknown as string }, 'http://app.example.com/cb'],
        ['?a=b', { url: undefined as unknown as string }, 'http://app.example.com/?a=b'],
      ];
      for (const [callbackURL, request, expected] of cases) {
        expect(await redirectURI(callbackURL, request), JSON.stringify(request)).to.equal(expected);
      }
    });

    it('is resolved against the path alone of a whole URL, as proxies are asked for', async () => {
      for (const url of [
        'http://app.example.com/auth/hiworks',
        'HTTPS://app.example.com:8443/auth/hiworks',
      ]) {
        expect(await redirectURI('callback', { url }), url).to.equal('http://app.example.com/auth/callback');
      }
      expect(
        await redirectURI('callback', { url: '/via/https://other.example/start' }),
        'a URL inside of the path is part of it',
      ).to.equal('http://app.example.com/via/https://other.example/callback');
    });

    it('is not led to another host by the request line', async () => {
      const lines = [
        '//evil.example/auth/hiworks',
        '/\\evil.example/auth/hiworks',
        'http://evil.example/auth/hiworks',
        'HTTPS://app.example.com@evil.example/auth/hiworks',
        'http://evil.example?x',
        '/..//evil.example/auth/hiworks',
        '/.//evil.example/auth/hiworks?next=//evil.example',
        '//',
        'http://[',
        '*',
        '?',
        '#',
      ];
      for (const callbackURL of ['/cb', 'callback', './callback', '../callback', '?callback']) {
        for (const originalUrl of lines) {
          const uri = await redirectURI(callbackURL, { originalUrl });
          expect(new URL(uri ?? '').origin, `${callbackURL} at ${originalUrl}`).to.equal(
            'http://app.example.com',
          );
        }
      }
    });

    it('is an error that says so if the request has no usable host', async () => {
      const hosts = [
        undefined,
        '',
        'evil.com/@app',
        'a b',
        'evil[::1]',
        '[::1]x',
        '[::1',
        'a:b',
        'a:80:80',
        'a@b',
      ];
      for (const host of hosts) {
        const request = get('/', {
          headers: (host === undefined ? undefined : { host }) as Record<string, string>,
        });
        expect(errorOf(await authenticate(make('/cb', { proxy: true }), request)).message, host).to.include(
          'cannot resolve the relative callbackURL "/cb"',
        );
      }
    });

    const forwarded = {
      host: 'inside:8080',
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'app.example.com, inside',
    };

    it('believes X-Forwarded headers with `proxy: true` only, and of a list the first', async () => {
      expect(await redirectURI('/cb', { headers: forwarded })).to.equal('http://inside:8080/cb');
      expect(await redirectURI('/cb', { headers: forwarded }, { proxy: true })).to.equal(
        'https://app.example.com/cb',
      );
      const others: [object, string][] = [
        [
          { 'x-forwarded-proto': ' HTTPS ,http', 'x-forwarded-host': ' app.example.com ,b' },
          'https://app.example.com/cb',
        ],
        [{ 'x-forwarded-host': ['app.example.com', 'b'] }, 'http://app.example.com/cb'],
        [{ 'x-forwarded-proto': 'wss', 'x-forwarded-host': '' }, 'http://inside/cb'],
        [{}, 'http://inside/cb'],
      ];
      for (const [headers, expected] of others) {
        const request = { headers: { host: 'inside', ...headers } as Record<string, string> };
        expect(await redirectURI('/cb', request, { proxy: true })).to.equal(expected);
      }
      const overTLS = { headers: { ...forwarded, 'x-forwarded-proto': 'http' }, socket: { encrypted: true } };
      expect(await redirectURI('/cb', overTLS, { proxy: true }), 'TLS up to here').to.match(/^https:/);
    });

    it("asks Koa's setting, and neither a framework nor a host that it does not know", async () => {
      const app = (trust: unknown) => ({
        get: (name: string) => (name === 'trust proxy' ? trust : undefined),
      });
      const at = (more: FakeRequest) =>
        redirectURI('/cb', { headers: forwarded, host: 'evil.example', ...more });
      expect(await at({ app: app(true) })).to.equal('https://app.example.com/cb');
      const fn = (address: unknown, hop: number) => address === '10.0.0.1' && hop === 0;
      const compiled = { get: (name: string) => (name === 'trust proxy fn' ? fn : false) };
      for (const peer of ['socket', 'connection']) {
        const from = (remoteAddress: string) => at({ app: compiled, [peer]: { remoteAddress } });
        expect(await from('10.0.0.1'), peer).to.equal('https://app.example.com/cb');
        expect(await from('10.0.0.2'), peer).to.equal('http://inside:8080/cb');
      }
      expect(await at({ app: compiled }), 'from nobody knows where').to.equal('http://inside:8080/cb');
      for (const more of [{ app: app(false) }, { app: app('loopback') }, { app: {} }, { app: null }, {}]) {
        expect(await at(more)).to.equal('http://inside:8080/cb');
      }
    });

    it("takes Fastify's own word, which has applied its trustProxy", async () => {
      const fastify = { raw: {}, protocol: 'https', host: 'app.example.com' };
      const headers = { host: 'inside:8080' };
      expect(await redirectURI('/cb', { headers, ...fastify })).to.equal('https://app.example.com/cb');
      for (const missing of ['raw', 'protocol', 'host']) {
        expect(await redirectURI('/cb', { headers, ...fastify, [missing]: undefined })).to.equal(
          'http://inside:8080/cb',
        );
      }
    });

    describe('in a real Express', () => {
      /** The redirect_uri that an application with this `trust proxy` sends a browser away with. */
      async function redirectURIOf(trust: unknown, headers: IncomingHttpHeaders): Promise<string | null> {
        const passport = new Passport();
        passport.use(make('/cb'));
        const app = express().set('trust proxy', trust).get('/', passport.authenticate('hiworks'));
        const server = app.listen(0, '127.0.0.1');
        await once(server, 'listening');
        try {
          const { port } = server.address() as AddressInfo;
          const request = httpRequest({ port, host: '127.0.0.1', headers }).end();
          const [response] = await once(request, 'response');
          response.resume();
          return new URL(response.headers.location).searchParams.get('redirect_uri');
        } finally {
          server.close();
          server.closeAllConnections();
        }
      }

      it('counts what `trust proxy` says of the very address that the request came from', async () => {
        for (const trust of [
          true,
          1,
          'loopback',
          '127.0.0.1',
          (address: string) => address === '127.0.0.1',
        ]) {
          expect(await redirectURIOf(trust, forwarded), String(trust)).to.equal('https://app.example.com/cb');
        }
        for (const trust of [false, 0, '10.0.0.0/8', () => false]) {
          expect(await redirectURIOf(trust, forwarded), String(trust)).to.equal('http://inside:8080/cb');
        }
      });
    });

    it('has the `:authority` of an HTTP/2 request for its host', async () => {
      const passport = new Passport();
      passport.use(make('/cb'));
      const server = createServer((request, response) =>
        passport.authenticate('hiworks')(request, response, () => {}),
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const client = connect(`http://127.0.0.1:${port}`);
      const stream = client.request({ ':path': '/auth/hiworks', ':authority': 'app.example.com' });
      const [headers] = await once(stream, 'response');
      stream.close();
      client.close();
      server.close();
      expect(new URL(headers.location).searchParams.get('redirect_uri')).to.equal(
        'http://app.example.com/cb',
      );
    });
  });

  it('is not needed for a callback with a code: a relative one and no Host do not fail it', async () => {
    for (const state of [false, 'auto'] as const) {
      const strategy = make('/cb', { state });
      const session = {};
      await authenticate(strategy, get('/auth/hiworks', { session }));
      const request = get('/cb?auth_code=abc', { headers: {}, session });
      expect(errorOf(await authenticate(strategy, request)).code).to.equal('connection_failed');
    }
  });
});
