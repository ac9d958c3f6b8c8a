import { expect } from 'chai';
import { HiworksAuthorizationError, HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, type FakeRequest, get, type Outcome } from './support/login.js';

const callbackURL = 'https://app.example.com/auth/hiworks/callback';
const code = 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6';

/** The ways in which frameworks hand a query on. */
const readers: Record<string, (query: Record<string, unknown>) => FakeRequest> = {
  'a parsed query': (query) => get('/callback', { query }),
  'a frozen query': (query) => get('/callback', { query: Object.freeze(query) }),
  'a query parsed anew at each read (Express 5)': (query) => {
    const request = get('/callback');
    return Object.defineProperty(request, 'query', { get: () => structuredClone(query) });
  },
};

describe("What arrives at the callback, and doesn't look like a login", () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL });
  });
  after(() => hiworks.close());
  beforeEach(() => {
    hiworks.requests.length = 0;
  });

  function arrive(request: FakeRequest, options: Partial<HiworksStrategyOptions> = {}): Promise<Outcome> {
    const strategy = new HiworksStrategy(
      { ...hiworks.options, state: false, ...options } as HiworksStrategyOptions,
      (_a, _r, profile, done) => done(null, profile),
    );
    return authenticate(strategy, request);
  }

  function expectFailure(outcome: Outcome, status: number | undefined, words: string): void {
    expect(outcome).to.include({ kind: 'fail', status });
    expect((outcome as { info: { message: string } }).info.message).to.include(words);
    expect(hiworks.requests, 'requests to Hiworks').to.be.empty;
  }

  for (const [reader, request] of Object.entries(readers)) {
    describe(`with ${reader}`, () => {
      it('auth_code repeated, or an object: 400', async () => {
        for (const value of [[code, code], [code], { a: code }, null, 5, true]) {
          expectFailure(await arrive(request({ auth_code: value })), 400, 'more than once, or as an object');
        }
      });

      it('auth_code empty: 400', async () => {
        for (const value of ['', ' ']) {
          expectFailure(await arrive(request({ auth_code: value })), 400, 'empty `auth_code`');
        }
      });

      it('auth_code over-long: 400', async () => {
        expectFailure(
          await arrive(request({ auth_code: 'a'.repeat(513) })),
          400,
          'longer than 512 characters',
        );
      });

      it('auth_code with control characters: 400', async () => {
        for (const character of ['\u0000', '\r\n', '\u007f', '\u200b', '\u2028', '\ud800']) {
          expectFailure(await arrive(request({ auth_code: `a${character}b` })), 400, 'control characters');
        }
      });

      it('state not a string: 400, with a code and without', async () => {
        for (const state of [['a', 'b'], { a: 'b' }, null]) {
          expectFailure(await arrive(request({ auth_code: code, state })), 400, '`state` more than once');
          expectFailure(await arrive(request({ state })), 400, '`state` more than once');
        }
      });

      it('access_denied: a failure with a message, in the words that came', async () => {
        expectFailure(
          await arrive(request({ error: 'access_denied' })),
          undefined,
          'refused at Hiworks (access_denied)',
        );
        expectFailure(
          await arrive(request({ error: 'access_denied', error_description: '사용자가 취소했습니다' })),
          undefined,
          '사용자가 취소했습니다',
        );
        expectFailure(await arrive(request({ code: 'access_denied', msg: '취소' })), undefined, '취소');
      });

      it('any other error: a HiworksAuthorizationError, never a new redirect', async () => {
        const cases: [Record<string, unknown>, string, string][] = [
          [{ error: 'server_error', error_description: '점검 중' }, 'server_error', '점검 중'],
          [{ error: 'temporarily_unavailable' }, 'temporarily_unavailable', 'temporarily_unavailable'],
          [{ error_description: '설명' }, 'server_error', '설명'],
          [{ error_msg: '오류입니다' }, 'server_error', '오류입니다'],
          [{ msg: '오류' }, 'server_error', '오류'],
          [{ message: '오류' }, 'server_error', '오류'],
          [{ code: 'ERR', msg: '잘못된 요청' }, 'ERR', '잘못된 요청'],
          [{ code: 'SUC' }, 'SUC', 'SUC'],
          [{ state: 'abc' }, 'server_error', 'neither an auth_code nor an error'],
          [{ error: ['access_denied', 'b'] }, 'server_error', 'neither an auth_code nor an error'],
        ];
        for (const [query, errorCode, words] of cases) {
          const outcome = await arrive(request(query));
          expect(outcome.kind, JSON.stringify(query)).to.equal('error');
          const { error } = outcome as unknown as { error: HiworksAuthorizationError };
          expect(error).to.be.instanceOf(HiworksAuthorizationError);
          expect(error.code).to.equal(errorCode);
          expect(error.message).to.include(words);
        }
        expect(hiworks.requests).to.be.empty;
      });

      it('none of these: the start of a login', async () => {
        expect((await arrive(request({}))).kind).to.equal('redirect');
        expect((await arrive(request({ returnTo: '/inbox' }))).kind).to.equal('redirect');
      });
    });
  }

  describe('without a query parser', () => {
    it('reads the URL of the request', async () => {
      expectFailure(await arrive(get(`/callback?auth_code=${code}&auth_code=b`)), 400, 'more than once');
      expectFailure(await arrive(get('/callback?auth_code=')), 400, 'empty');
      expectFailure(await arrive(get('/callback?error=access_denied')), undefined, 'refused at Hiworks');
      expect((await arrive(get('/callback?'))).kind).to.equal('redirect');
    });

    it('reads a URL that is nothing but a query, and takes a query of null for none', async () => {
      expectFailure(await arrive({ method: 'GET', url: '?auth_code=' }), 400, 'empty');
      expectFailure(await arrive(get('/callback?auth_code=', { query: null })), 400, 'empty');
    });

    it('takes a request without a method for a GET', async () => {
      const outcome = await arrive({ url: `/callback?auth_code=${code}` });
      expect(outcome, 'Hiworks does not know the code').to.have.nested.property('error.code', 'ERR');
    });

    it('takes a code of as much as 512 characters', async () => {
      const outcome = await arrive(get(`/callback?auth_code=${'a'.repeat(512)}`));
      expect(outcome).to.have.nested.property('error.code', 'ERR');
    });

    it('starts a login where there is no URL either', async () => {
      expect((await arrive({ method: 'GET', headers: {} })).kind).to.equal('redirect');
      expect((await arrive({})).kind).to.equal('redirect');
    });
  });

  it('says in one sentence what came', async () => {
    const messages: [string, string][] = [
      ['code=ERR&msg=busy', "Hiworks' callback carried an error (ERR): busy"],
      ['error=busy', "Hiworks' callback carried an error (busy)"],
      ['msg=busy', "Hiworks' callback carried an error : busy"],
      ['state=x', "Hiworks' callback carried neither an auth_code nor an error"],
    ];
    for (const [query, message] of messages) {
      expect(await arrive(get(`/callback?${query}`))).to.have.nested.property('error.message', message);
    }
  });

  describe('words that anybody could have written into the URL', () => {
    it('are cut to 200 characters, without control characters', async () => {
      const words = `\u001b[31m${'가'.repeat(500)}\r\nSet-Cookie: a=b`;
      const outcome = await arrive(
        get('/callback', { query: { error: 'bad\u0000code', error_description: words } }),
      );
      const { error } = outcome as unknown as { error: HiworksAuthorizationError };
      expect([...error.message]).to.have.length.at.most(200);
      expect(error.message).not.to.match(/\p{C}/u);
      expect(error.code).to.equal('bad code');
    });
  });

  describe('by another method than GET', () => {
    it('a code is not spent, least of all by the HEAD of a link preview: 405', async () => {
      for (const method of ['HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE']) {
        expectFailure(await arrive(get('/callback', { method, query: { auth_code: code } })), 405, method);
        expectFailure(await arrive(get(`/callback?auth_code=${code}`, { method })), 405, 'was not used');
      }
    });

    it('a login may start', async () => {
      for (const method of ['HEAD', 'POST']) {
        for (const body of [{}, null, 'text', undefined]) {
          expect((await arrive(get('/auth/hiworks', { method, body }))).kind).to.equal('redirect');
        }
      }
    });

    it('a code in the body, where passport-oauth2 would take it, is refused: 400', async () => {
      expectFailure(await arrive(get('/callback', { method: 'POST', body: { code } })), 400, 'in its body');
    });
  });

  it('a query that cannot be read is an error, not a crash', async () => {
    const request = Object.defineProperty(get('/callback'), 'query', {
      get: () => {
        throw new Error('bad encoding');
      },
    });
    const outcome = await arrive(request);
    expect(outcome).to.have.nested.property('error.message', 'bad encoding');
  });
});

describe('A relative callbackURL', () => {
  const options = { clientID: 'id', clientSecret: 'secret', state: false };

  async function redirectURI(
    callbackURL: string | undefined,
    request: FakeRequest,
    more: object = {},
  ): Promise<string | null> {
    const strategy = new HiworksStrategy({ ...options, callbackURL, ...more }, () => undefined);
    const outcome = await authenticate(strategy, request);
    expect(outcome.kind, JSON.stringify(outcome)).to.equal('redirect');
    return (outcome as { location: URL }).location.searchParams.get('redirect_uri');
  }

  it('is resolved against the request, by socket or by connection', async () => {
    const url = 'http://app.example.com/auth/hiworks/callback';
    expect(await redirectURI('/auth/hiworks/callback', get('/auth/hiworks'))).to.equal(url);
    expect(await redirectURI('hiworks/callback', get('/auth/hiworks'))).to.equal(url);
    expect(await redirectURI('/cb', get('/', { socket: { encrypted: true } }))).to.equal(
      'https://app.example.com/cb',
    );
    expect(await redirectURI('/cb', get('/', { connection: { encrypted: true } }))).to.equal(
      'https://app.example.com/cb',
    );
    expect(await redirectURI('/cb', get('/', { headers: { host: '[::1]:3000' } }))).to.equal(
      'http://[::1]:3000/cb',
    );
  });

  it('is resolved against the original URL under a mounted router', async () => {
    const request = get('/hiworks', { originalUrl: '/auth/hiworks' });
    expect(await redirectURI('hiworks/callback', request)).to.equal(
      'http://app.example.com/auth/hiworks/callback',
    );
  });

  it('is resolved against the path of the request, whatever its query', async () => {
    const request = get('/auth/hiworks?next=/a/b');
    const here = 'http://app.example.com/auth';
    expect(await redirectURI('callback', request)).to.equal(`${here}/callback`);
    expect(await redirectURI('?from=hiworks', request)).to.equal(`${here}/hiworks?from=hiworks`);
  });

  it('may have an absolute URL in its query', async () => {
    expect(await redirectURI('/cb?next=https://app.example.com/', get('/'))).to.equal(
      'http://app.example.com/cb?next=https://app.example.com/',
    );
  });

  it('is resolved against an IPv6 host without a port', async () => {
    const request = get('/', { headers: { host: '[::1]' } });
    expect(await redirectURI('/cb', request)).to.equal('http://[::1]/cb');
  });

  it('is resolved for a request without a URL', async () => {
    expect(await redirectURI('cb', { headers: { host: 'app.example.com' } })).to.equal(
      'http://app.example.com/cb',
    );
  });

  it('believes X-Forwarded headers from a trusted proxy only, and of a list the first', async () => {
    const headers = {
      host: 'inside:8080',
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'app.example.com, inside',
    };
    const outside = 'https://app.example.com/cb';
    expect(await redirectURI('/cb', get('/', { headers }))).to.equal('http://inside:8080/cb');
    expect(await redirectURI('/cb', get('/', { headers }), { proxy: true })).to.equal(outside);
    expect(
      await redirectURI(
        '/cb',
        get('/', { headers, app: { get: (setting: string) => setting === 'trust proxy' } }),
      ),
    ).to.equal(outside);
    expect(await redirectURI('/cb', get('/', { headers, app: { get: () => false } }))).to.equal(
      'http://inside:8080/cb',
    );
    expect(await redirectURI('/cb', get('/', { headers, app: {} }))).to.equal('http://inside:8080/cb');
    const spaced = {
      ...headers,
      'x-forwarded-proto': ' https ,http',
      'x-forwarded-host': ' app.example.com ,inside',
    };
    expect(await redirectURI('/cb', get('/', { headers: spaced }), { proxy: true })).to.equal(outside);
    const repeated = { ...headers, 'x-forwarded-host': ['app.example.com', 'inside'] as unknown as string };
    expect(await redirectURI('/cb', get('/', { headers: repeated }), { proxy: true })).to.equal(outside);
    const bare = { host: 'app.example.com' };
    expect(await redirectURI('/cb', get('/', { headers: bare }), { proxy: true })).to.equal(
      'http://app.example.com/cb',
    );
  });

  it('is an error that says so where the request has no usable host', async () => {
    for (const headers of [
      {},
      undefined,
      { host: '' },
      { host: 'evil.com/@app' },
      { host: 'a b' },
      { host: 'evil[::1]' },
      { host: '[::1]x' },
    ]) {
      const strategy = new HiworksStrategy({ ...options, callbackURL: '/cb', proxy: true }, () => undefined);
      const outcome = await authenticate(strategy, get('/', { headers: headers as Record<string, string> }));
      expect(outcome.kind).to.equal('error');
      expect((outcome as { error: Error }).error.message).to.equal(
        'the relative callbackURL "/cb" cannot be resolved: the request has no usable Host header. Give an absolute callbackURL',
      );
    }
  });

  it('may be given for one login; an absolute one goes out as it is; without one there is no redirect_uri', async () => {
    expect(await redirectURI(undefined, get('/'))).to.equal(null);
    for (const absolute of ['http://localhost:3000/cb', 'https://app.example.com/cb']) {
      expect(await redirectURI(absolute, get('/', { headers: {} }))).to.equal(absolute);
    }
    expect(await redirectURI('https://app.example.com/cb?a=b', get('/'))).to.equal(
      'https://app.example.com/cb?a=b',
    );
    const strategy = new HiworksStrategy({ ...options, callbackURL }, () => undefined);
    const outcome = await authenticate(strategy, get('/'), { callbackURL: '/other' });
    expect((outcome as { location: URL }).location.searchParams.get('redirect_uri')).to.equal(
      'http://app.example.com/other',
    );
  });
});
