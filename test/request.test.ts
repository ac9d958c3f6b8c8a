import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { Passport } from 'passport';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { authenticate, errorOf, type FakeRequest, failureOf, get, start } from './support/login.js';
import { type RawServer, rawServers, respondWith } from './support/raw-server.js';
import { CODE } from './support/secrets.js';
import { strategyFor } from './support/strategy.js';

const PATH = '/auth/hiworks/callback';

describe('A request', () => {
  const serve = rawServers();
  let hiworks: RawServer;

  beforeEach(async () => {
    hiworks = await serve(respondWith(200, '{"code":"ERR","msg":"made up"}'));
  });

  /** What the strategy takes a request for: 'code' (which it sends), 'error', 'start', or the code of a failure. */
  async function kindOf(
    request: FakeRequest,
    options: Partial<HiworksStrategyOptions> = {},
  ): Promise<string> {
    const outcome = await authenticate(strategyFor(hiworks.url, options), request);
    if (outcome.kind === 'fail') {
      return failureOf(outcome).code ?? '';
    }
    if (outcome.kind === 'redirect') {
      return 'start';
    }
    const { name, message } = errorOf(outcome);
    return name === 'HiworksTokenError' ? 'code' : name === 'HiworksAuthorizationError' ? 'error' : message;
  }

  const codesSent = () => hiworks.requests.map((request) => /auth_code=([^&]*)/.exec(request)?.[1]);

  describe('its parameters', () => {
    /** The ways in which frameworks provide a query. */
    const frameworks: Record<string, (query: Record<string, unknown>) => FakeRequest> = {
      'is an object': (query) => get(PATH, { query }),
      'has no prototype': (query) => get(PATH, { query: Object.assign(Object.create(null), query) }),
      'is frozen': (query) => get(PATH, { query: Object.freeze(query) }),
      'is parsed anew at each read, as in Express 5': (query) =>
        Object.defineProperty(get(PATH), 'query', { get: () => structuredClone(query) }),
    };
    for (const [how, request] of Object.entries(frameworks)) {
      it(`parameters are read from a req.query that ${how}`, async () => {
        expect(await kindOf(request({ auth_code: CODE }))).to.equal('code');
        expect(await kindOf(request({ auth_code: [CODE, CODE] }))).to.equal('bad_callback');
        expect(await kindOf(request({ error: 'busy' }))).to.equal('error');
        expect(await kindOf(request({ returnTo: '/inbox' }))).to.equal('start');
      });
    }

    for (const query of [undefined, null, 'auth_code=x', 7, {}]) {
      it(`parameters are read from the URL if req.query is ${JSON.stringify(query)}`, async () => {
        const at = (search: string) => kindOf(get(PATH + search, { query }));
        expect(await at(`?auth_code=${CODE}`)).to.equal('code');
        expect(await at('?auth_code=a&auth_code=b')).to.equal('bad_callback');
        expect(await at('?auth_code=a&auth_code=b&auth_code=c')).to.equal('bad_callback');
        expect(await at('?auth_code=')).to.equal('bad_callback');
        expect(await at('?error=busy')).to.equal('error');
        expect(await at('?')).to.equal('start');
        expect(await at('?toString=1&__proto__=2')).to.equal('start');
      });
    }

    it('a URL that is only a query carries a code, and a request without a URL is a start', async () => {
      expect(await kindOf({ url: `?auth_code=${CODE}` })).to.equal('code');
      expect(await kindOf({})).to.equal('start');
    });

    it('a parameter that req.query leaves out is read from the URL', async () => {
      const query = { state: ['a', 'b'] };
      expect(await kindOf(get(`${PATH}?auth_code=${CODE}&state=a`, { query }))).to.equal('bad_callback');
    });

    it('an auth_code in req.query counts, not the one in the URL', async () => {
      expect(await kindOf(get(`${PATH}?auth_code=a`, { query: { auth_code: CODE } }))).to.equal('code');
      expect(codesSent()).to.deep.equal([CODE]);
    });

    it('parameters are read from req.originalUrl behind a mounted router', async () => {
      expect(await kindOf({ url: '/callback', originalUrl: `${PATH}?auth_code=${CODE}` })).to.equal('code');
    });

    for (const thrown of [new Error('bad encoding'), undefined, null, '']) {
      it(`a req.query that throws ${thrown instanceof Error ? 'an error' : JSON.stringify(thrown)} is an error of the login`, async () => {
        const request = Object.defineProperty(get(PATH), 'query', {
          get() {
            throw thrown;
          },
        });
        const error = errorOf(await authenticate(strategyFor(hiworks.url), request));
        if (thrown) {
          expect(error).to.equal(thrown);
        }
      });
    }

    for (const [name, parser] of [
      ["'extended'", 'extended'],
      ["'simple'", 'simple'],
      ['false', false],
      ['a function that returns a string', () => 'a string'],
      ['a function that returns other parameters', () => ({ other: 1 })],
    ] as const) {
      it(`a callback starts no loop in Express with the query parser ${name}`, async () => {
        const passport = new Passport();
        passport.use(strategyFor(hiworks.url));
        const app = express().set('query parser', parser).set('env', 'test');
        app.get(PATH, passport.authenticate('hiworks', { failWithError: true }));
        const server = app.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        const statusOf = async (query: string): Promise<number> => {
          const [response] = await once(httpRequest({ port, path: PATH + query }).end(), 'response');
          response.resume();
          return response.statusCode;
        };
        expect(await statusOf(`?auth_code=${CODE}`), 'refused by Hiworks').to.equal(401);
        expect(await statusOf('?auth_code=a&auth_code=b')).to.equal(400);
        expect(await statusOf('?auth_code[a]=b')).to.be.oneOf([400, 302]);
        expect(await statusOf('?error=busy')).to.equal(500);
        expect(await statusOf('')).to.equal(302);
        expect(codesSent()).to.deep.equal([CODE]);
        server.close();
        server.closeAllConnections();
      });
    }

    for (const [what, url] of [
      ['32,000 empty parameters', `${PATH}?${'a&'.repeat(32_000)}auth_code=`],
      ['8,000 states', `${PATH}?${'state=a&'.repeat(8000)}`],
      ['64,000 slashes in its path', `${'/'.repeat(64_000)}x?state=a`],
      ['64,000 slashes in its query', `${PATH}?${'/'.repeat(64_000)}`],
    ] as const) {
      it(`a request with ${what} is read in linear time`, async () => {
        const { user } = process.cpuUsage();
        await kindOf(get(url));
        // It takes milliseconds; in quadratic time, a quarter of this took 600 ms.
        expect(process.cpuUsage().user - user, 'microseconds').to.be.below(1_000_000);
      });
    }
  });

  describe('at the callback', () => {
    const isAtCallback = async (url: string, callbackURL: string | undefined, more: FakeRequest = {}) =>
      (await kindOf(get(url, more), { callbackURL })) === 'error';

    const ABSOLUTE = 'https://app.example.com/auth/hiworks/callback';
    const paths: [path: string, callbackURL: string | undefined, isAt: boolean][] = [
      ['/auth/hiworks/callback', ABSOLUTE, true],
      // A proxy strips a prefix, or adds one.
      ['/callback', ABSOLUTE, true],
      ['/hiworks/callback', ABSOLUTE, true],
      ['/app/auth/hiworks/callback', ABSOLUTE, true],
      ['/', ABSOLUTE, false],
      ['/issues', ABSOLUTE, false],
      ['/callback/x', ABSOLUTE, false],
      ['/xcallback', ABSOLUTE, false],
      ['/auth/hiworks', ABSOLUTE, false],
      ['/auth/hiworks/callback2', ABSOLUTE, false],
      ['/acallback', '/callback', false],
      // Routers ignore case and trailing slashes.
      ['/CB', 'https://app.example.com/cb', true],
      ['/cb/', 'https://app.example.com/cb', true],
      ['/cb///', 'https://app.example.com/cb', true],
      ['/app/Cb/', 'https://app.example.com/cb', true],
      ['/cb', 'https://app.example.com/CB', true],
      ['/cb', 'https://app.example.com/cb///', true],
      ['/', 'https://app.example.com', true],
      ['', 'https://app.example.com/', true],
      ['/other', 'https://app.example.com/', false],
      ['/auth/hiworks/cb', 'cb', true],
      ['/auth/hiworks', 'hiworks/cb', false],
      // Clients of a proxy send the whole URL.
      ['https://app.example.com/cb', '/cb', true],
      ['/anywhere', undefined, true],
    ];
    for (const [path, callbackURL, isAt] of paths) {
      it(`a request for "${path}" ${isAt ? 'is' : 'is not'} at the callback ${callbackURL}`, async () => {
        expect(await isAtCallback(`${path}?code=ERR`, callbackURL)).to.equal(isAt);
      });
    }

    it('req.originalUrl is compared with the callbackURL, not the req.url of a mounted router', async () => {
      const more = { originalUrl: '/auth/cb?code=ERR' };
      expect(await isAtCallback('/cb?code=ERR', '/auth/cb', more)).to.equal(true);
    });

    it('a request is compared with the callbackURL of authenticate first', async () => {
      const strategy = strategyFor(hiworks.url);
      const options = { callbackURL: '/other' };
      await start(strategy, undefined, options, { url: `${PATH}?state=a` });
      errorOf(await authenticate(strategy, get('/other?state=a'), options));
    });
  });

  for (const query of ['state=open', 'code=ABC', 'message=hello', 'msg=x', 'error=1', 'error_msg=1']) {
    it(`/issues?${query}, away from the callback, is the start of a login`, async () => {
      expect(await kindOf(get(`/issues?${query}`))).to.equal('start');
    });
  }

  it('an auth_code is sent to Hiworks even away from the callback', async () => {
    expect(await kindOf(get(`/issues?auth_code=${CODE}`))).to.equal('code');
  });

  it('a body with a code, away from the callback, is the start of a login', async () => {
    const request = get('/issues', { method: 'POST', body: { code: 'x', auth_code: 'y' } });
    expect(await kindOf(request)).to.equal('start');
  });

  for (const body of [{ auth_code: CODE }, { code: CODE }, { code: '', auth_code: 'x' }]) {
    it(`a callback whose body has ${Object.keys(body)} fails: bad_callback, 400`, async () => {
      const request = get(PATH, { method: 'POST', body });
      const failure = failureOf(await authenticate(strategyFor(hiworks.url), request));
      expect(failure).to.include({ code: 'bad_callback', status: 400 });
      expect(failure.message).to.include('body').and.include('`auth_code`');
      expect(hiworks.requests).to.deep.equal([]);
    });
  }

  for (const body of [undefined, null, 'code=x', {}, { code: '' }, { other: 1 }]) {
    it(`a POST to the callback with the body ${JSON.stringify(body)} is the start of a login`, async () => {
      expect(await kindOf(get(PATH, { method: 'POST', body }))).to.equal('start');
    });
  }

  it('an error in the query counts, not a code in the body', async () => {
    expect(await kindOf(get(`${PATH}?error=busy`, { body: { code: CODE } }))).to.equal('error');
  });

  for (const method of ['HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'get']) {
    it(`a callback with a code by ${method} fails: wrong_method, 405, and the code is not used`, async () => {
      for (const request of [get(PATH, { query: { auth_code: CODE } }), get(`${PATH}?auth_code=${CODE}`)]) {
        const outcome = await authenticate(strategyFor(hiworks.url), { ...request, method });
        const failure = failureOf(outcome);
        expect(failure).to.include({ code: 'wrong_method', status: 405 });
        expect(failure.message).to.include(method);
      }
      expect(hiworks.requests).to.deep.equal([]);
    });
  }

  it('a callback without a method is a GET', async () => {
    expect(await kindOf({ url: `${PATH}?auth_code=${CODE}` })).to.equal('code');
  });

  describe('the headers of a browser', () => {
    const from = (headers: Record<string, string>, path = '/auth/hiworks') =>
      get(path, { headers: { host: 'app.example.com', ...headers }, session: {} });

    for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket', '']) {
      const headers = { 'sec-fetch-mode': mode, 'sec-fetch-dest': 'empty' };

      for (const [what, path] of [
        ['the start of a login', '/auth/hiworks'],
        ['a callback with a code', `${PATH}?auth_code=${CODE}`],
      ] as const) {
        it(`${what} with Sec-Fetch-Mode "${mode}" fails: not_a_navigation, 401, nothing stored, nothing sent`, async () => {
          const request = from(headers, path);
          const outcome = await authenticate(strategyFor(hiworks.url, { state: 'auto' }), request);
          const failure = failureOf(outcome);
          expect(failure).to.include({ code: 'not_a_navigation', status: 401 });
          expect(failure.message).to.match(/fetch\(\).*router.*service worker/);
          expect(request.session).to.deep.equal({});
          expect(hiworks.requests).to.deep.equal([]);
        });
      }

      it(`an error callback with Sec-Fetch-Mode "${mode}" is an error`, async () => {
        expect(await kindOf(from(headers, `${PATH}?error=busy`))).to.equal('error');
      });
    }

    for (const [what, headers] of [
      ['a client without Sec-Fetch headers', {}],
      ['a navigation', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
      ['a navigation in an iframe', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
      ['a navigation of a service worker', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty' }],
      ["Node's fetch", { 'sec-fetch-mode': 'cors' }],
      ['a client with Sec-Fetch-Dest alone', { 'sec-fetch-dest': 'empty' }],
    ] as [string, Record<string, string>][]) {
      it(`${what} may start and finish a login`, async () => {
        expect(await kindOf(from(headers))).to.equal('start');
        expect(await kindOf(from(headers, `${PATH}?auth_code=${CODE}`))).to.equal('code');
      });
    }

    for (const headers of [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;anonymous-client-ip' },
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'Prefetch' },
    ] as Record<string, string>[]) {
      it(`a request with ${JSON.stringify(headers)} fails: prefetch, 503, nothing stored, nothing sent`, async () => {
        for (const path of ['/auth/hiworks', `${PATH}?auth_code=${CODE}`, `${PATH}?error=access_denied`]) {
          const request = from(headers, path);
          const outcome = await authenticate(strategyFor(hiworks.url, { state: 'auto' }), request);
          const failure = failureOf(outcome);
          expect(failure).to.include({ code: 'prefetch', status: 503 });
          expect(failure.message).to.include('prefetch').and.include('again');
          expect(request.session).to.deep.equal({});
        }
        expect(hiworks.requests).to.deep.equal([]);
      });
    }

    it('another Purpose is no prefetch', async () => {
      expect(await kindOf(from({ purpose: 'login' }))).to.equal('start');
    });
  });
});
