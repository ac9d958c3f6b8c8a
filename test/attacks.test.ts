import { expect } from 'chai';
import {
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTransportError,
  type HiworksVerifyWithParams,
} from 'passport-hiworks';
import { authenticate, type FakeRequest, get, type Outcome } from './support/login.js';
import { CALLBACK, optionsFor, strategyFor, tokenBody, USER_NO } from './support/raw-answers.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { overRealHTTP } from './support/real-http.js';
import {
  ACCESS_TOKEN,
  CODE,
  expectNothingSecretIn,
  KNOWN_TO_A_LOGIN,
  REFRESH_TOKEN,
} from './support/secrets.js';

// biome-ignore lint/suspicious/noExplicitAny: requests, stores and frameworks that nobody would write on purpose
type Any = any;

describe('Under attack', () => {
  overRealHTTP();

  const servers: RawServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function answering(status: number, body: string): Promise<RawServer> {
    const server = await rawServer((socket) => socket.end(http(status, body)));
    servers.push(server);
    return server;
  }

  function errorOf(outcome: Outcome): Error {
    expect(outcome.kind).to.equal('error');
    const { error } = outcome as { error: Error };
    expect(error).to.be.instanceOf(Error);
    expectNothingSecretIn(error);
    return error;
  }

  describe('a request line that names another host', () => {
    const lines = [
      '//evil.example/auth/hiworks',
      '/\\evil.example/auth/hiworks',
      'http://evil.example/auth/hiworks',
      'https://app.example.com@evil.example/auth/hiworks',
      '/..//evil.example/auth/hiworks',
      '/.//evil.example/auth/hiworks?next=//evil.example',
      '//',
      'http://[',
      '*',
      '?',
      '#',
    ];
    for (const callbackURL of [
      '/auth/hiworks/callback',
      'callback',
      './callback',
      '../callback',
      '?callback',
    ]) {
      it(`does not lead a relative callbackURL there: ${callbackURL}`, async () => {
        for (const originalUrl of lines) {
          const strategy = strategyFor('http://127.0.0.1:1', { callbackURL });
          const outcome = await authenticate(strategy, get('/auth/hiworks', { originalUrl }));
          expect(outcome.kind, originalUrl).to.equal('redirect');
          const uri = (outcome as { location: URL }).location.searchParams.get('redirect_uri') ?? '';
          expect(new URL(uri).origin, originalUrl).to.equal('http://app.example.com');
        }
      });
    }
  });

  describe('a callbackURL that no browser can be sent back to is a TypeError that names it:', () => {
    const wrong = [
      '',
      ' ',
      7,
      null,
      {},
      'javascript:alert(1)',
      ' m::g',
      '\tdata:text/html,x',
      'http://',
      'https://a:b/',
    ];
    for (const callbackURL of wrong as string[]) {
      it(`${JSON.stringify(callbackURL)}, for one login or for all`, async () => {
        const outcome = await authenticate(strategyFor('http://127.0.0.1:1'), get('/'), { callbackURL });
        expect(errorOf(outcome))
          .to.be.instanceOf(TypeError)
          .and.to.match(/`callbackURL` must be/);
        const make = () => strategyFor('http://127.0.0.1:1', { callbackURL });
        expect(make).to.throw(TypeError, '`callbackURL` must be');
      });
    }
  });

  describe('an error that says nothing does not let anybody through: Passport takes it for none', () => {
    const throwing = (name: string, thrown: unknown): FakeRequest =>
      Object.defineProperty(get('/auth/hiworks'), name, {
        get() {
          throw thrown;
        },
      });

    for (const thrown of [undefined, null, 0, '', false]) {
      it(`from a request that cannot be read: ${JSON.stringify(thrown)}`, async () => {
        const strategy = strategyFor('http://127.0.0.1:1', { state: true });
        for (const name of ['query', 'body', 'session']) {
          errorOf(await authenticate(strategy, throwing(name, thrown)));
        }
      });

      it(`from a state store that throws: ${JSON.stringify(thrown)}`, async () => {
        const fails = () => {
          throw thrown;
        };
        const strategy = strategyFor('http://127.0.0.1:1', { store: { store: fails, verify: fails } });
        errorOf(await authenticate(strategy, get('/auth/hiworks')));
        errorOf(await authenticate(strategy, get(CALLBACK)));
      });
    }
  });

  describe('the start of a login has one outcome', () => {
    type Actions = Partial<Record<'redirect' | 'error' | 'fail' | 'success', (what: Any) => void>>;

    /** Starts a login as a framework does, with actions that may misbehave, and notes which were called. */
    function begin(options: Partial<HiworksStrategyOptions>, actions: Actions, request = get('/')): string[] {
      const called: string[] = [];
      const noting = (name: 'redirect' | 'error') => (what: Any) => {
        called.push(name);
        actions[name]?.(what);
      };
      const strategy = Object.create(strategyFor('http://127.0.0.1:1', options));
      Object.assign(strategy, { redirect: noting('redirect'), error: noting('error') });
      try {
        strategy.authenticate(request);
      } catch (error) {
        called.push(`throws ${(error as Error).message}`);
      }
      return called;
    }

    const broken = new Error('the response is gone');
    const fails = () => {
      throw broken;
    };

    it('where the state store answers twice', () => {
      const store = {
        store(_req: unknown, done: (error: Error | null, handle?: string) => void) {
          done(null, 'first');
          done(null, 'second');
          done(new Error('third'));
        },
        verify: () => undefined,
      };
      expect(begin({ store }, {})).to.deep.equal(['redirect']);
    });

    it('where the state store answers later, and twice', async () => {
      let answer: Any;
      const store = {
        store: (_req: unknown, done: unknown) => {
          answer = done;
        },
        verify: () => undefined,
      };
      const called = begin({ store }, {});
      expect(called).to.deep.equal([]);
      answer(null, 'first');
      answer(new Error('second'));
      expect(called).to.deep.equal(['redirect']);
    });

    it('where the state store answers and then throws', () => {
      const store = {
        store(_req: unknown, done: (error: Error | null, handle?: string) => void) {
          done(null, 'first');
          throw broken;
        },
        verify: () => undefined,
      };
      expect(begin({ store }, {})).to.deep.equal(['redirect']);
    });

    it('where the redirect itself throws: the framework gets to know', () => {
      for (const state of [true, false]) {
        const request = get('/', { session: {} });
        const called = begin({ state }, { redirect: fails }, request);
        expect(called).to.deep.equal(['redirect', 'throws the response is gone']);
      }
    });

    it('where what handles the error throws: the framework gets to know', () => {
      const called = begin({ state: true }, { error: fails });
      expect(called).to.deep.equal(['error', 'throws the response is gone']);
    });
  });

  describe('a session that cannot be written to', () => {
    const refuses = () => {
      throw new Error('read-only session');
    };
    const sessions: [string, object][] = [
      ['frozen', Object.freeze({})],
      ['with a setter that throws', new Proxy({}, { set: refuses })],
      ['with a getter that throws', new Proxy({}, { get: refuses })],
    ];
    for (const [what, session] of sessions) {
      it(`is an error at the start: ${what}`, async () => {
        const request = get('/', { session: session as Record<string, unknown> });
        errorOf(await authenticate(strategyFor('http://127.0.0.1:1', { state: true }), request));
      });

      it(`is no login at the callback: ${what}`, async () => {
        const request = get(`${CALLBACK}&state=forged`, { session: session as Record<string, unknown> });
        const outcome = await authenticate(strategyFor('http://127.0.0.1:1', { state: true }), request);
        expect(outcome.kind).to.be.oneOf(['error', 'fail']);
      });
    }
  });

  describe('an answer of Hiworks', () => {
    const profileOf = async (body: string, options: Partial<HiworksStrategyOptions> = {}): Promise<Any> => {
      const outcome = await authenticate(
        strategyFor((await answering(200, body)).url, options),
        get(CALLBACK),
      );
      expect(outcome.kind, JSON.stringify(outcome)).to.equal('success');
      return (outcome as { user: unknown }).user;
    };

    for (const name of ['user_no', 'office_no']) {
      for (const [what, token] of [
        ['access token', ACCESS_TOKEN],
        ['refresh token', REFRESH_TOKEN],
        ['code', CODE],
      ] as const) {
        it(`whose ${name} is the ${what} is not believed: it would stand in every profile`, async () => {
          const server = await answering(200, tokenBody({ [name]: token }));
          const error = errorOf(await authenticate(strategyFor(server.url), get(CALLBACK)));
          expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ code: 'wrong_shape' });
          expect(error.message).to.include(`\`${name}\` repeats a secret`);
        });
      }
    }

    it('with __proto__ in it changes no prototype, of whatever the application copies it into', async () => {
      const evil = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
      const body = tokenBody({ nested: [1] })
        .replace('{"access', '{"__proto__":{"isAdmin":true},"access')
        .replace('[1]', `[${evil}]`);
      let handedOn: Any;
      const { url } = await answering(200, body);
      const verify: HiworksVerifyWithParams = (_accessToken, _refreshToken, params, profile, done) => {
        handedOn = { params, profile };
        done(null, profile);
      };
      const strategy = new HiworksStrategy(optionsFor(url), verify);
      expect((await authenticate(strategy, get(CALLBACK))).kind).to.equal('success');
      const { params, profile } = handedOn;
      for (const received of [params, params.nested[0], profile._json, profile._json.nested[0]]) {
        expect(Object.keys(received)).not.to.include('__proto__');
        expect(Object.assign({}, received).isAdmin).to.equal(undefined);
      }
      expect(({} as Any).isAdmin).to.equal(undefined);
      expect(JSON.stringify(profile)).not.to.include('__proto__');
    });

    it('nested 100 deep is a login, and the profile can be printed and stored', async () => {
      const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
      const profile = await profileOf(tokenBody().replace('{"access', `{"deep":${deep},"access`));
      expect(profile.id).to.equal(USER_NO);
      expectNothingSecretIn(profile);
      expect(JSON.parse(profile._raw)).to.deep.equal(profile._json);
    });

    it('nested 30,000 deep is a login or an error, not the end of the process', async () => {
      const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
      const server = await answering(200, tokenBody().replace('{"access', `{"deep":${deep},"access`));
      const outcome = await authenticate(strategyFor(server.url), get(CALLBACK));
      expect(outcome.kind).to.be.oneOf(['success', 'error']);
    });

    it('with 5,000 members is a login', async () => {
      const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`m${index}`, index]));
      expect(Object.keys((await profileOf(tokenBody(many)))._json)).to.have.lengthOf(5002);
    });

    it('with members that objects have anyway is a login', async () => {
      const odd = { toString: 1, valueOf: 'x', toJSON: {}, hasOwnProperty: null, length: -1 };
      const profile = await profileOf(tokenBody(odd));
      expect(profile._json).to.deep.include(odd);
      expect(JSON.parse(JSON.stringify(profile)).id).to.equal(USER_NO);
    });
  });

  describe('a refusal of user/v2/me that repeats what the login knows', () => {
    for (const [what, secret] of Object.entries(KNOWN_TO_A_LOGIN)) {
      it(`shows [hidden] in place of the ${what}`, async () => {
        const server = await rawServer((socket, request) =>
          socket.end(
            http(200, request.startsWith('POST') ? tokenBody() : `{"code":"ERR","msg":"no good: ${secret}"}`),
          ),
        );
        servers.push(server);
        const strategy = strategyFor(server.url, { fetchProfile: true });
        const error = errorOf(await authenticate(strategy, get(CALLBACK)));
        expect(error.message).to.include('no good: [hidden]');
      });
    }
  });

  describe('code that reaches for strategy._oauth2 without a code', () => {
    for (const code of [undefined, null, '', 7, {}, ['a'], 'a\nb', 'a\ud83d']) {
      it(`gets a TypeError, and nothing is sent: ${JSON.stringify(code)}`, async () => {
        const server = await answering(200, '{"code":"ERR","msg":"만료"}');
        const { _oauth2 } = strategyFor(server.url) as Any;
        for (const [grant, name] of [
          ['authorization_code', 'authorization code'],
          ['refresh_token', 'refresh token'],
        ]) {
          const error = await new Promise((resolve) =>
            _oauth2.getOAuthAccessToken(code, { grant_type: grant }, resolve),
          );
          expect(error, grant)
            .to.be.instanceOf(TypeError)
            .and.to.match(new RegExp(`: the ${name} must be a non-empty string$`));
        }
        expect(server.requests).to.have.lengthOf(0);
      });
    }
  });
});
