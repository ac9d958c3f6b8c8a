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
  for (const url of [
    'http://localhost:3000/cb',
    'https://app.example.com/cb?a=b',
    'HTTPS://app.example.com',
  ]) {
    it(`the absolute callbackURL ${url} is sent unchanged`, async () => {
      expect(await redirectURI(url, { headers: {} })).to.equal(url);
    });
  }

  it("the callbackURL of authenticate overrides the strategy's for one login", async () => {
    const location = await start(make('https://app.example.com/cb'), undefined, { callbackURL: '/other' });
    expect(location.searchParams.get('redirect_uri')).to.equal('http://app.example.com/other');
  });

  for (const callbackURL of ['', ' ', 7, null, {}, 'javascript:alert(1)', 'http://']) {
    it(`the invalid callbackURL ${JSON.stringify(callbackURL)} of authenticate is a TypeError`, async () => {
      const error = errorOf(await authenticate(make(undefined), get('/'), { callbackURL }));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.include('`callbackURL`');
    });
  }

  describe('a relative callbackURL', () => {
    const resolved: [callbackURL: string, request: FakeRequest, expected: string][] = [
      ['/auth/hiworks/callback', { url: '/auth/hiworks' }, 'http://app.example.com/auth/hiworks/callback'],
      ['hiworks/callback', { url: '/auth/hiworks' }, 'http://app.example.com/auth/hiworks/callback'],
      [
        'hiworks/cb',
        { url: '/hiworks', originalUrl: '/auth/hiworks' },
        'http://app.example.com/auth/hiworks/cb',
      ],
      ['callback', { url: '/auth/hiworks?next=/a/b' }, 'http://app.example.com/auth/callback'],
      ['?from=hiworks', { url: '/auth/hiworks?next=/a' }, 'http://app.example.com/auth/hiworks?from=hiworks'],
      ['/cb?next=https://app.example.com/', {}, 'http://app.example.com/cb?next=https://app.example.com/'],
      ['httpd/cb', { url: '/' }, 'http://app.example.com/httpd/cb'],
      ['/cb', { socket: { encrypted: true } }, 'https://app.example.com/cb'],
      ['/cb', { connection: { encrypted: true } }, 'https://app.example.com/cb'],
      ['/cb', { socket: null, connection: undefined }, 'http://app.example.com/cb'],
      ['/cb', { headers: { host: '[::1]:3000' } }, 'http://[::1]:3000/cb'],
      ['/cb', { headers: { host: '[::1]' } }, 'http://[::1]/cb'],
      ['cb', { url: undefined as unknown as string }, 'http://app.example.com/cb'],
      ['?a=b', { url: undefined as unknown as string }, 'http://app.example.com/?a=b'],
      // Clients of a proxy send the whole URL.
      ['cb', { url: 'http://app.example.com/auth/hiworks' }, 'http://app.example.com/auth/cb'],
      ['cb', { url: 'HTTPS://app.example.com:8443/auth/hiworks' }, 'http://app.example.com/auth/cb'],
      [
        'cb',
        { url: '/via/https://other.example/start' },
        'http://app.example.com/via/https://other.example/cb',
      ],
    ];
    for (const [callbackURL, request, expected] of resolved) {
      it(`the callbackURL ${callbackURL} of ${JSON.stringify(request)} is resolved to ${expected}`, async () => {
        expect(await redirectURI(callbackURL, request)).to.equal(expected);
      });
    }

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
    for (const originalUrl of lines) {
      it(`the request line ${originalUrl} does not lead a relative callbackURL to another host`, async () => {
        for (const callbackURL of ['/cb', 'callback', './callback', '../callback', '?callback']) {
          const uri = await redirectURI(callbackURL, { originalUrl });
          expect(new URL(uri ?? '').origin, callbackURL).to.equal('http://app.example.com');
        }
      });
    }

    for (const host of [
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
    ]) {
      it(`a relative callbackURL is an error for a request whose Host is ${JSON.stringify(host)}`, async () => {
        const headers = (host === undefined ? undefined : { host }) as Record<string, string>;
        const error = errorOf(await authenticate(make('/cb', { proxy: true }), get('/', { headers })));
        expect(error.message).to.include('callbackURL "/cb"').and.include('Host');
      });
    }

    it('a callback with a code needs neither a Host nor a callbackURL that can be resolved', async () => {
      for (const state of [false, 'auto'] as const) {
        const strategy = make('/cb', { state });
        const session = {};
        await authenticate(strategy, get('/auth/hiworks', { session }));
        const request = get('/cb?auth_code=abc', { headers: {}, session });
        expect(errorOf(await authenticate(strategy, request)).code).to.equal('connection_failed');
      }
    });

    it('the host of an HTTP/2 request is its :authority', async () => {
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

  describe('X-Forwarded headers', () => {
    const forwarded = {
      host: 'inside:8080',
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'app.example.com, inside',
    };
    const DIRECT = 'http://inside:8080/cb';
    const FORWARDED = 'https://app.example.com/cb';

    it('X-Forwarded headers are ignored without `proxy`', async () => {
      expect(await redirectURI('/cb', { headers: forwarded })).to.equal(DIRECT);
    });

    const believed: [what: string, headers: object, expected: string][] = [
      ['the first values of the X-Forwarded headers count', forwarded, FORWARDED],
      [
        'the case of X-Forwarded-Proto and white space do not count',
        { 'x-forwarded-proto': ' HTTPS ,http', 'x-forwarded-host': ' app.example.com ,b' },
        FORWARDED,
      ],
      [
        'the first of several X-Forwarded-Host headers counts',
        { 'x-forwarded-host': ['app.example.com', 'b'] },
        'http://app.example.com/cb',
      ],
      [
        'another protocol and an empty host are ignored',
        { 'x-forwarded-proto': 'wss', 'x-forwarded-host': '' },
        DIRECT,
      ],
      ['the Host counts if there are no X-Forwarded headers', {}, DIRECT],
    ];
    for (const [what, headers, expected] of believed) {
      it(`with proxy: true, ${what}`, async () => {
        const request = { headers: { host: 'inside:8080', ...headers } as Record<string, string> };
        expect(await redirectURI('/cb', request, { proxy: true })).to.equal(expected);
      });
    }

    it('X-Forwarded-Proto: http does not undo TLS of the connection itself', async () => {
      const request = {
        headers: { ...forwarded, 'x-forwarded-proto': 'http' },
        socket: { encrypted: true },
      };
      expect(await redirectURI('/cb', request, { proxy: true })).to.equal(FORWARDED);
    });

    const at = (more: FakeRequest) =>
      redirectURI('/cb', { headers: forwarded, host: 'evil.example', ...more });
    const appThatTrusts = (trust: unknown) => ({
      get: (name: string) => (name === 'trust proxy' ? trust : undefined),
    });

    it("X-Forwarded headers are honoured if koa-passport's `trust proxy` is true", async () => {
      expect(await at({ app: appThatTrusts(true) })).to.equal(FORWARDED);
    });

    const untrusting: [name: string, app: unknown][] = [
      ['has `trust proxy` false', appThatTrusts(false)],
      ["has `trust proxy` 'loopback'", appThatTrusts('loopback')],
      ['has no settings', {}],
      ['is null', null],
      ['is undefined', undefined],
    ];
    for (const [name, app] of untrusting) {
      it(`X-Forwarded headers and req.host are ignored if req.app ${name}`, async () => {
        expect(await at({ app })).to.equal(DIRECT);
      });
    }

    for (const peer of ['socket', 'connection']) {
      it(`X-Forwarded headers are honoured if Express trusts the address of req.${peer}`, async () => {
        const trust = (address: unknown, hop: number) => address === '10.0.0.1' && hop === 0;
        const app = { get: (name: string) => (name === 'trust proxy fn' ? trust : false) };
        expect(await at({ app, [peer]: { remoteAddress: '10.0.0.1' } })).to.equal(FORWARDED);
        expect(await at({ app, [peer]: { remoteAddress: '10.0.0.2' } })).to.equal(DIRECT);
        expect(await at({ app }), 'no address').to.equal(DIRECT);
      });
    }

    it("the protocol and host are Fastify's own, which has applied its trustProxy", async () => {
      const fastify = { raw: {}, protocol: 'https', host: 'app.example.com' };
      const headers = { host: 'inside:8080' };
      expect(await redirectURI('/cb', { headers, ...fastify })).to.equal(FORWARDED);
      for (const missing of ['raw', 'protocol', 'host']) {
        expect(await redirectURI('/cb', { headers, ...fastify, [missing]: undefined }), missing).to.equal(
          DIRECT,
        );
      }
    });

    /** The redirect_uri of a real Express with this `trust proxy`. */
    async function redirectURIOfExpress(trust: unknown, headers: IncomingHttpHeaders) {
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

    const settings: [trust: unknown, expected: string][] = [
      [true, FORWARDED],
      [1, FORWARDED],
      ['loopback', FORWARDED],
      ['127.0.0.1', FORWARDED],
      [(address: string) => address === '127.0.0.1', FORWARDED],
      [false, DIRECT],
      [0, DIRECT],
      ['10.0.0.0/8', DIRECT],
      [() => false, DIRECT],
    ];
    for (const [trust, expected] of settings) {
      it(`Express with \`trust proxy\` ${trust} sends ${expected}`, async () => {
        expect(await redirectURIOfExpress(trust, forwarded)).to.equal(expected);
      });
    }
  });
});
