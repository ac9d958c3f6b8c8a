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

const REFUSED = '{"code":"ERR","msg":"made up"}';
const PATH = '/auth/hiworks/callback';

describe('A request is read as', () => {
  const serve = rawServers();
  let hiworks: RawServer;

  beforeEach(async () => {
    hiworks = await serve(respondWith(200, REFUSED));
  });

  /** What a strategy takes a request for: a code that it sends to Hiworks, an error, a start, or a failure by its code. */
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

  describe('its parameters say', () => {
    /** The ways in which frameworks hand a query on. */
    const readers: Record<string, (query: Record<string, unknown>) => FakeRequest> = {
      'as an object': (query) => get(PATH, { query }),
      'without a prototype': (query) => get(PATH, { query: Object.assign(Object.create(null), query) }),
      frozen: (query) => get(PATH, { query: Object.freeze(query) }),
      'parsed anew at each read, as by Express 5': (query) =>
        Object.defineProperty(get(PATH), 'query', { get: () => structuredClone(query) }),
    };
    for (const [how, read] of Object.entries(readers)) {
      it(how, async () => {
        expect(await kindOf(read({ auth_code: CODE }))).to.equal('code');
        expect(await kindOf(read({ auth_code: [CODE, CODE] }))).to.equal('bad_callback');
        expect(await kindOf(read({ error: 'busy' }))).to.equal('error');
        expect(await kindOf(read({ returnTo: '/inbox' }))).to.equal('start');
      });
    }

    it('if the framework parses no query: those of the URL', async () => {
      for (const query of [undefined, null, 'auth_code=x', 7, {}]) {
        expect(await kindOf(get(`${PATH}?auth_code=${CODE}`, { query }))).to.equal('code');
        expect(await kindOf(get(`${PATH}?auth_code=a&auth_code=b`, { query }))).to.equal('bad_callback');
        expect(await kindOf(get(`${PATH}?auth_code=a&auth_code=b&auth_code=c`, { query }))).to.equal(
          'bad_callback',
        );
        expect(await kindOf(get(`${PATH}?auth_code=`, { query }))).to.equal('bad_callback');
        expect(await kindOf(get(`${PATH}?error=busy`, { query }))).to.equal('error');
        expect(await kindOf(get(`${PATH}?`, { query }))).to.equal('start');
        expect(await kindOf(get(`${PATH}?toString=1&__proto__=2`, { query }))).to.equal('start');
      }
      expect(await kindOf({ url: `?auth_code=${CODE}` }), 'a URL that is nothing but a query').to.equal(
        'code',
      );
      expect(await kindOf({}), 'no URL either').to.equal('start');
    });

    it('if the framework leaves something out: what it has, and the rest of the URL', async () => {
      const query = { state: ['a', 'b'] };
      expect(await kindOf(get(`${PATH}?auth_code=${CODE}&state=a`, { query }))).to.equal('bad_callback');
      expect(await kindOf(get(`${PATH}?auth_code=a`, { query: { auth_code: CODE } }))).to.equal('code');
      expect(codesSent()).to.deep.equal([CODE]);
    });

    it('the original URL counts behind a mounted router', async () => {
      expect(await kindOf({ url: '/callback', originalUrl: `${PATH}?auth_code=${CODE}` })).to.equal('code');
    });

    it('a query that cannot be read is an error, not a crash', async () => {
      for (const thrown of [new Error('bad encoding'), undefined, null, '']) {
        const request = Object.defineProperty(get(PATH), 'query', {
          get() {
            throw thrown;
          },
        });
        const expected =
          thrown instanceof Error
            ? 'bad encoding'
            : 'Hiworks login: the application threw or rejected without an error';
        expect(await kindOf(request)).to.equal(expected);
      }
    });

    for (const parser of ['extended', 'simple', false, () => 'something else', () => ({ other: 1 })]) {
      it(`by Express with the query parser ${parser}, and a callback starts no loop`, async () => {
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

    it('in time that is linear in its size', async () => {
      for (const url of [
        `${PATH}?${'a&'.repeat(32_000)}auth_code=`,
        `${PATH}?${'state=a&'.repeat(8000)}`,
        `${'/'.repeat(64_000)}x?state=a`,
        `${PATH}?${'/'.repeat(64_000)}`,
      ]) {
        const { user } = process.cpuUsage();
        await kindOf(get(url));
        // It takes milliseconds. When it was quadratic, a quarter of this took 600 ms.
        expect(process.cpuUsage().user - user, `${url.slice(0, 40)}: µs`).to.be.below(1_000_000);
      }
    });
  });

  describe('at the callback', () => {
    const isAtCallback = async (url: string, callbackURL: string | undefined, more: FakeRequest = {}) =>
      (await kindOf(get(url, more), { callbackURL })) === 'error';

    it('if the paths are equal, or one ends with the other at a slash: proxies strip and add prefixes', async () => {
      const absolute = 'https://app.example.com/auth/hiworks/callback';
      for (const path of [
        '/auth/hiworks/callback',
        '/callback',
        '/hiworks/callback',
        '/app/auth/hiworks/callback',
      ]) {
        expect(await isAtCallback(`${path}?code=ERR`, absolute), path).to.equal(true);
      }
      for (const path of [
        '/',
        '/issues',
        '/callback/x',
        '/xcallback',
        '/auth/hiworks',
        '/auth/hiworks/callback2',
      ]) {
        expect(await isAtCallback(`${path}?code=ERR`, absolute), path).to.equal(false);
      }
      expect(await isAtCallback('/acallback?code=ERR', '/callback'), 'not at a slash').to.equal(false);
    });

    it('whatever the case and the slashes at the end', async () => {
      for (const path of ['/CB', '/cb/', '/cb///', '/app/Cb/']) {
        expect(await isAtCallback(`${path}?code=ERR`, 'https://app.example.com/cb'), path).to.equal(true);
        expect(await isAtCallback('/cb?code=ERR', `https://app.example.com${path}`), path).to.equal(true);
      }
      expect(await isAtCallback('/?code=ERR', 'https://app.example.com')).to.equal(true);
      expect(await isAtCallback('?code=ERR', 'https://app.example.com/')).to.equal(true);
      expect(await isAtCallback('/other?code=ERR', 'https://app.example.com/')).to.equal(false);
    });

    it('by the original URL, and a relative callbackURL from where the request is', async () => {
      expect(await isAtCallback('/cb?code=ERR', '/auth/cb', { originalUrl: '/auth/cb?code=ERR' })).to.equal(
        true,
      );
      expect(await isAtCallback('/auth/hiworks/cb?code=ERR', 'cb')).to.equal(true);
      expect(await isAtCallback('/auth/hiworks?code=ERR', 'hiworks/cb')).to.equal(false);
      expect(
        await isAtCallback('https://app.example.com/cb?code=ERR', '/cb'),
        'as proxies are asked',
      ).to.equal(true);
    });

    it('if no callbackURL is known', async () => {
      expect(await isAtCallback('/anywhere?code=ERR', undefined)).to.equal(true);
    });

    it('by the callbackURL of authenticate, which goes first', async () => {
      const strategy = strategyFor(hiworks.url);
      await start(strategy, undefined, { callbackURL: '/other' }, { url: `${PATH}?state=a` });
      errorOf(await authenticate(strategy, get('/other?state=a'), { callbackURL: '/other' }));
    });
  });

  it("a start elsewhere, though its parameters have the names: they are the application's own", async () => {
    for (const query of ['state=open', 'code=ABC', 'message=hello', 'msg=x', 'error=1', 'error_msg=1']) {
      expect(await kindOf(get(`/issues?${query}`)), query).to.equal('start');
    }
    expect(await kindOf(get(`/issues?auth_code=${CODE}`)), 'but this is no name of theirs').to.equal('code');
    expect(await kindOf(get('/issues', { method: 'POST', body: { code: 'x', auth_code: 'y' } }))).to.equal(
      'start',
    );
  });

  it('a bad callback if its code is in the body only', async () => {
    for (const body of [{ auth_code: CODE }, { code: CODE }, { code: '', auth_code: 'x' }]) {
      expect(await kindOf(get(PATH, { method: 'POST', body }))).to.equal('bad_callback');
    }
    for (const body of [undefined, null, 'code=x', {}, { code: '' }, { other: 1 }]) {
      expect(await kindOf(get(PATH, { method: 'POST', body }))).to.equal('start');
    }
    const { message } = failureOf(
      await authenticate(strategyFor(hiworks.url), get(PATH, { method: 'POST', body: { code: CODE } })),
    );
    expect(message).to.include('has its code in the body');
    expect(
      await kindOf(get(`${PATH}?error=busy`, { body: { code: CODE } })),
      'an error comes first',
    ).to.equal('error');
  });

  it('a wrong method if a code comes by any other than GET, least of all the HEAD of a link preview', async () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'get']) {
      for (const request of [get(PATH, { query: { auth_code: CODE } }), get(`${PATH}?auth_code=${CODE}`)]) {
        const outcome = await authenticate(strategyFor(hiworks.url), { ...request, method });
        expect(failureOf(outcome)).to.include({
          code: 'wrong_method',
          status: 405,
        });
      }
    }
    expect(hiworks.requests).to.deep.equal([]);
    expect(await kindOf({ url: `${PATH}?auth_code=${CODE}` }), 'no method is GET').to.equal('code');
  });

  describe('by what the browser says of it:', () => {
    const from = (headers: Record<string, string>, path = '/auth/hiworks') =>
      get(path, { headers: { host: 'app.example.com', ...headers }, session: {} });

    it('no navigation is a failure at a start and at a callback with a code, and stores nothing', async () => {
      for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket', '']) {
        const headers = { 'sec-fetch-mode': mode, 'sec-fetch-dest': 'empty' };
        for (const path of ['/auth/hiworks', `${PATH}?auth_code=${CODE}`]) {
          const request = from(headers, path);
          const outcome = await authenticate(strategyFor(hiworks.url, { state: 'auto' }), request);
          expect(failureOf(outcome), mode).to.include({
            code: 'not_a_navigation',
            status: 401,
          });
          expect(request.session).to.deep.equal({});
        }
        expect(await kindOf(from(headers, `${PATH}?error=busy`)), 'nothing is begun or spent').to.equal(
          'error',
        );
      }
      expect(hiworks.requests).to.deep.equal([]);
    });

    it('a navigation goes on, also one that a service worker passes on, or a client that is no browser', async () => {
      for (const headers of [
        {},
        { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
        { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty' },
        { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
        { 'sec-fetch-mode': 'cors' },
        { 'sec-fetch-dest': 'empty' },
      ]) {
        expect(await kindOf(from(headers))).to.equal('start');
        expect(await kindOf(from(headers, `${PATH}?auth_code=${CODE}`))).to.equal('code');
      }
    });

    it('a prefetch is a failure everywhere, that a browser takes as a reason to request again at the click', async () => {
      for (const headers of [
        { 'sec-purpose': 'prefetch' },
        { 'sec-purpose': 'prefetch;anonymous-client-ip' },
        { 'sec-purpose': 'prefetch;prerender' },
        { purpose: 'Prefetch' },
      ] as Record<string, string>[]) {
        for (const path of ['/auth/hiworks', `${PATH}?auth_code=${CODE}`, `${PATH}?error=access_denied`]) {
          const request = from(headers, path);
          const outcome = await authenticate(strategyFor(hiworks.url, { state: 'auto' }), request);
          expect(failureOf(outcome)).to.include({
            code: 'prefetch',
            status: 503,
          });
          expect(request.session).to.deep.equal({});
        }
      }
      expect(hiworks.requests).to.deep.equal([]);
      expect(await kindOf(from({ purpose: 'login' }))).to.equal('start');
    });
  });
});
