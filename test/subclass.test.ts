import { once } from 'node:events';
import { Agent, type ClientRequest } from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  type HiworksAuthenticateOptions,
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTokenError,
  HiworksTransportError,
} from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';
import { authenticate, errorOf, get, start, userOf } from './support/login.js';
import { http, type RawServer, rawServers, respondWith } from './support/raw-server.js';
import { ACCESS_TOKEN, BODY_MARK, CLIENT_SECRET, CODE, REFRESH_TOKEN } from './support/secrets.js';
import { CALLBACK, DATA, ME_BODY, optionsFor, strategyFor, tokenBody } from './support/strategy.js';
import { collectUncaught } from './support/uncaught.js';

// biome-ignore lint/suspicious/noExplicitAny: passport-oauth2's and Node's internals have no types
type Any = any;

const NOWHERE = 'http://127.0.0.1:1';
const acceptEveryone = (
  _accessToken: string,
  _refreshToken: string | undefined,
  profile: object,
  done: Any,
) => done(null, profile);

class CountingAgent extends Agent {
  sent: string[] = [];
  addRequest(request: ClientRequest, ...rest: unknown[]): void {
    this.sent.push(`${request.method} ${request.path}`);
    (Agent.prototype as Any).addRequest.call(this, request, ...rest);
  }
}

/** The arguments of a callback of the `oauth` package. */
function called(call: (done: (...args: Any[]) => void) => void): Promise<Any[]> {
  return new Promise((resolve) => call((...args) => resolve(args)));
}

describe("What passport-oauth2's users rely on", () => {
  const serve = rawServers();
  const hiworks = (): Promise<RawServer> =>
    serve((socket, request) => socket.end(http(200, request.startsWith('POST') ? tokenBody() : ME_BODY)));

  describe('a stub of _oauth2.getOAuthAccessToken', () => {
    /** The outcome of a login whose token request is stubbed. */
    function logIn(
      stub: (code: string, params: Any, done: Any) => unknown,
      options: Partial<HiworksStrategyOptions> = {},
    ) {
      const strategy = strategyFor(NOWHERE, options) as Any;
      strategy._oauth2.getOAuthAccessToken = stub;
      return authenticate(strategy, get(CALLBACK));
    }

    it('a stub of getOAuthAccessToken gets the arguments of passport-oauth2, and its params are the profile', async () => {
      let seen: unknown;
      const outcome = await logIn(
        (code, params, done) => {
          seen = { code, params };
          done(null, 'an-access-token', 'a-refresh-token', { office_no: 7, user_no: 8 });
        },
        { accessType: 'offline' },
      );
      expect(userOf(outcome)).to.deep.include({
        id: '8',
        officeNo: '7',
        _json: { office_no: 7, user_no: 8 },
      });
      expect(seen).to.deep.equal({
        code: CODE,
        params: { grant_type: 'authorization_code', access_type: 'offline' },
      });
    });

    for (const params of [undefined, null, {}, { office_no: '1' }, { user_no: '1' }]) {
      it(`a stub of getOAuthAccessToken that gives the params ${JSON.stringify(params)} is wrong_shape`, async () => {
        const error = errorOf(await logIn((_code, _params, done) => done(null, 'a-token', '', params)));
        expect(error)
          .to.be.instanceOf(HiworksTransportError)
          .and.include({ code: 'wrong_shape', status: 502 });
        expect(error.message).to.match(/`(user|office)_no`/);
      });
    }

    for (const accessToken of [undefined, '', null]) {
      it(`a stub of getOAuthAccessToken that gives the access token ${JSON.stringify(accessToken)} is an error`, async () => {
        const error = errorOf(await logIn((_code, _params, done) => done(null, accessToken, '', DATA)));
        // As in the base class: there is no error to wrap.
        expect(error).not.to.be.instanceOf(OAuth2Strategy.InternalOAuthError);
        expect(error.message).to.include('access token');
      });
    }

    for (const nothing of ['', null, undefined]) {
      it(`the refresh token ${JSON.stringify(nothing)} of a stub is undefined in verify`, async () => {
        let refreshToken: unknown = 'nothing';
        const strategy = new HiworksStrategy(optionsFor(NOWHERE), (_accessToken, given, profile, done) => {
          refreshToken = given;
          done(null, profile);
        }) as Any;
        strategy._oauth2.getOAuthAccessToken = (_code: string, _params: object, done: Any) =>
          done(null, 'a', nothing, DATA);
        userOf(await authenticate(strategy, get(CALLBACK)));
        expect(refreshToken).to.equal(undefined);
      });
    }

    const failing: [
      how: string,
      stub: (thrown: unknown) => (code: string, params: object, done: Any) => unknown,
    ][] = [
      ['calls back with', (thrown) => (_code, _params, done) => done(thrown)],
      [
        'throws',
        (thrown) => () => {
          throw thrown;
        },
      ],
      ['rejects with', (thrown) => async () => Promise.reject(thrown)],
    ];
    for (const [how, stub] of failing) {
      it(`a HiworksTokenError that a stub ${how} passes unchanged`, async () => {
        const error = new HiworksTokenError('made up', 'ERR');
        expect(errorOf(await logIn(stub(error)))).to.equal(error);
      });

      for (const [what, thrown] of [
        ['another error', new Error('no network today')],
        ["the oauth package's object", { statusCode: 500, data: 'a body' }],
      ] as const) {
        it(`${what} that a stub ${how} becomes an InternalOAuthError, as in the base class`, async () => {
          const { error } = (await logIn(stub(thrown))) as { error: Any };
          expect(error).to.be.instanceOf(OAuth2Strategy.InternalOAuthError);
          expect(error).to.have.property('oauthError', thrown);
          expect(error.message).to.include('access token');
        });
      }
    }
  });

  describe('a direct call of _oauth2.getOAuthAccessToken', () => {
    for (const [params, accessType] of [
      [{ grant_type: 'authorization_code' }, 'online'],
      [{ grant_type: 'authorization_code', access_type: 'offline' }, 'offline'],
      [{}, 'online'],
      [undefined, 'online'],
    ] as const) {
      it(`getOAuthAccessToken(code, ${JSON.stringify(params)}) requests tokens with access_type ${accessType}`, async () => {
        const server = await hiworks();
        const { _oauth2 } = strategyFor(server.url) as Any;
        const { refresh_token: _refreshToken, ...data } = DATA;
        const frozen = params && Object.freeze(params);
        const response = await called((done) => _oauth2.getOAuthAccessToken('a-code', frozen, done));
        expect(response).to.deep.equal([null, ACCESS_TOKEN, REFRESH_TOKEN, data]);
        expect(server.requests[0]).to.match(new RegExp(`&auth_code=a-code&access_type=${accessType}$`));
      });
    }

    it('getOAuthAccessToken works without its object', async () => {
      const { getOAuthAccessToken } = (strategyFor((await hiworks()).url) as Any)._oauth2;
      const [, accessToken] = await called((done) => getOAuthAccessToken('a-code', {}, done));
      expect(accessToken).to.equal(ACCESS_TOKEN);
    });

    for (const [grant_type, name] of [
      ['authorization_code', 'authorization code'],
      ['refresh_token', 'refresh token'],
    ]) {
      it(`getOAuthAccessToken gives a TypeError for an invalid ${name}, without a request`, async () => {
        const server = await hiworks();
        const { _oauth2 } = strategyFor(server.url) as Any;
        for (const code of [undefined, null, '', 7, {}, ['a'], 'a\nb', 'a\ud83d']) {
          const [error] = await called((done) => _oauth2.getOAuthAccessToken(code, { grant_type }, done));
          expect(error).to.be.instanceOf(TypeError);
          expect(error.message).to.include(name);
        }
        expect(server.requests).to.deep.equal([]);
      });
    }

    describe('whose callback throws', () => {
      const uncaught = collectUncaught();

      it('a callback of getOAuthAccessToken that throws is called once, and its error is not hidden', async () => {
        const broken = new Error('a bug in the callback');
        const { _oauth2 } = strategyFor((await hiworks()).url) as Any;
        const thrown = once(process, 'unhandledRejection');
        let calls = 0;
        _oauth2.getOAuthAccessToken('a-code', {}, () => {
          calls += 1;
          throw broken;
        });
        expect((await thrown)[0]).to.equal(broken);
        expect(calls).to.equal(1);
        expect(uncaught).to.deep.equal([broken]);
      });

      it('a callback of userProfile that throws is called once, and its error is not hidden', async () => {
        const broken = new Error('a bug in the callback');
        const strategy = strategyFor((await hiworks()).url);
        const thrown = once(process, 'unhandledRejection');
        let calls = 0;
        strategy.userProfile(ACCESS_TOKEN, () => {
          calls += 1;
          throw broken;
        });
        expect((await thrown)[0]).to.equal(broken);
        expect(calls).to.equal(1);
        expect(uncaught).to.deep.equal([broken]);
      });
    });

    it('getOAuthAccessToken gives a refusal as a HiworksTokenError', async () => {
      const server = await serve(respondWith(200, '{"code":"ERR","msg":"잘못된 코드"}'));
      const { _oauth2 } = strategyFor(server.url) as Any;
      const [error] = await called((done) => _oauth2.getOAuthAccessToken('a-code', {}, done));
      expect(error)
        .to.be.instanceOf(HiworksTokenError)
        .and.include({ code: 'ERR', description: '잘못된 코드' });
    });
  });

  it("_oauth2.get is the oauth package's own, with the access token in a header instead of the URL", async () => {
    const server = await serve(respondWith(200, ME_BODY));
    const { _oauth2 } = strategyFor(server.url, { customHeaders: { 'X-Team': 'a' } }) as Any;
    const url = `${server.url}/user/v2/me?detail=1`;
    const [error, data] = await called((done) => _oauth2.get(url, ACCESS_TOKEN, done));
    expect([error, data]).to.deep.equal([null, ME_BODY]);
    const [request = ''] = server.requests;
    expect(request).to.match(/^GET \/user\/v2\/me\?detail=1 HTTP\/1.1\r\n/);
    expect(request).to.match(new RegExp(`^Authorization: Bearer ${ACCESS_TOKEN}\r$`, 'm'));
    expect(request).to.match(/^x-team: a\r$/im);
    expect(request.split(ACCESS_TOKEN)).to.have.lengthOf(2);
  });

  describe('an agent', () => {
    const EVERY_REQUEST = [
      'POST /open/auth/accesstoken',
      'GET /user/v2/me',
      'POST /open/auth/accesstoken',
      'GET /x',
    ];

    async function sendEverything(strategy: Any, url: string): Promise<void> {
      userOf(await authenticate(strategy, get(CALLBACK)));
      await strategy.refreshAccessToken('a-refresh-token');
      await called((done) => strategy._oauth2.get(`${url}/x`, ACCESS_TOKEN, done));
    }

    it('the agent option carries every request, those of _oauth2.get included', async () => {
      const server = await hiworks();
      const agent = new CountingAgent();
      await sendEverything(strategyFor(server.url, { agent, fetchProfile: true }), server.url);
      expect(agent.sent).to.deep.equal(EVERY_REQUEST);
    });

    it('the agent of _oauth2.setAgent carries every request, those of _oauth2.get included', async () => {
      const server = await hiworks();
      const [option, set] = [new CountingAgent(), new CountingAgent()];
      const strategy = strategyFor(server.url, { agent: option, fetchProfile: true }) as Any;
      strategy._oauth2.setAgent(set);
      await sendEverything(strategy, server.url);
      expect(option.sent).to.deep.equal([]);
      expect(set.sent).to.deep.equal(EVERY_REQUEST);

      strategy._oauth2.setAgent(undefined);
      await sendEverything(strategy, server.url);
      expect(option.sent).to.deep.equal([]);
      expect(set.sent, 'after setAgent(undefined)').to.deep.equal(EVERY_REQUEST);
    });
  });

  describe('a subclass', () => {
    it('a subclass used by name may keep on `this` in authenticate what its other hooks need', async () => {
      class Branded extends HiworksStrategy {
        brand?: string;
        override authenticate(req: Any, options?: HiworksAuthenticateOptions): void {
          this.brand = req.brand;
          super.authenticate(req, options);
        }
        override authorizationParams(options?: HiworksAuthenticateOptions): object {
          return { ...super.authorizationParams(options), brand: this.brand };
        }
        override userProfile(
          _accessToken: string,
          done: (error: null, profile: Record<string, unknown>) => void,
        ): void {
          done(null, { brand: this.brand });
        }
      }
      const server = await hiworks();
      const strategy = new Branded(optionsFor(server.url), acceptEveryone);
      const brands = ['a', 'b', 'c'];
      const locations = await Promise.all(brands.map((brand) => start(strategy, undefined, {}, { brand })));
      expect(locations.map(({ searchParams }) => searchParams.get('brand'))).to.deep.equal(brands);
      const outcomes = await Promise.all(
        brands.map((brand) => authenticate(strategy, get(CALLBACK, { brand }))),
      );
      expect(outcomes.map((outcome) => userOf(outcome).brand)).to.deep.equal(brands);
      expect(strategy).not.to.have.property('brand', 'c');
    });

    it('authorizationParams gets the options of authenticate, and replaces none of the required parameters', async () => {
      let seen: unknown;
      class Subclass extends HiworksStrategy {
        override authorizationParams(options?: object): object {
          seen = options;
          return { ...super.authorizationParams(options), theme: 'dark', redirect_uri: 'x', client_id: 'y' };
        }
      }
      const strategy = new Subclass(optionsFor(NOWHERE), acceptEveryone);
      const options = { theme: 'dark', state: 'own', accessType: 'offline' } as const;
      const { searchParams } = await start(strategy, undefined, options);
      expect(seen).to.deep.equal(options);
      expect(Object.fromEntries(searchParams)).to.deep.equal({
        access_type: 'offline',
        theme: 'dark',
        response_type: 'code',
        redirect_uri: 'https://app.example.com/auth/hiworks/callback',
        state: 'own',
        client_id: 'client-id.open.apps',
      });
    });

    it("authorizationParams() of the strategy is the strategy's accessType", () => {
      expect(strategyFor(NOWHERE).authorizationParams()).to.deep.equal({ access_type: 'online' });
    });

    it('an overridden authorizationParams may leave parameters out, but none that Hiworks documents', async () => {
      class Subclass extends HiworksStrategy {
        override authorizationParams(): object {
          return { theme: null, prompt: undefined };
        }
      }
      const { searchParams } = await start(new Subclass(optionsFor(NOWHERE), acceptEveryone));
      expect([...searchParams.keys()]).to.have.members([
        'access_type',
        'client_id',
        'redirect_uri',
        'response_type',
      ]);
      expect(searchParams.get('access_type')).to.equal('online');
    });

    it('an error that an overridden authorizationParams throws is the error of the login', async () => {
      const broken = new Error('a bug in the hook');
      class Subclass extends HiworksStrategy {
        override authorizationParams(): object {
          throw broken;
        }
      }
      const strategy = new Subclass(optionsFor(NOWHERE), acceptEveryone);
      expect(errorOf(await authenticate(strategy, get('/auth/hiworks')))).to.equal(broken);
    });

    it('tokenParams and parseErrorResponse of a subclass are not called', async () => {
      class Subclass extends HiworksStrategy {
        override tokenParams(): object {
          return expect.fail('tokenParams was called');
        }
        override parseErrorResponse(): never {
          return expect.fail('parseErrorResponse was called');
        }
      }
      const server = await hiworks();
      userOf(await authenticate(new Subclass(optionsFor(server.url), acceptEveryone), get(CALLBACK)));
      const refusing = await serve(respondWith(400, '{"error":"invalid_grant"}'));
      errorOf(await authenticate(new Subclass(optionsFor(refusing.url), acceptEveryone), get(CALLBACK)));
    });

    it("the strategy has no enumerable field that passport-oauth2's has not, so a subclass's own collide with none", () => {
      const base = { ...optionsFor(NOWHERE), authorizationURL: 'x', tokenURL: 'x' } as Any;
      const inherited = Object.keys(new OAuth2Strategy(base, acceptEveryone as Any));
      const own = Object.keys(strategyFor(NOWHERE));
      expect(own.filter((name) => !inherited.includes(name))).to.deep.equal([]);
    });

    it('a subclass may give its own fields and methods any name', async () => {
      const server = await hiworks();
      const strategy = strategyFor(server.url) as Any;
      for (const name of [
        '_client',
        '_settings',
        '_options',
        '_state',
        '_pending',
        '_http',
        '_api',
        'settings',
        'options',
        'api',
        'http',
        'client',
        'store',
        'state',
        'secrets',
        'login',
        'run',
        'internals',
        'exchangeCode',
        'authorizationRequest',
        'tokenRequest',
        'identify',
        'verify',
        'callbackURL',
        'accessType',
        'agent',
        'timeout',
        'refresh',
      ]) {
        strategy[name] = () => expect.fail(`${name} was used`);
      }
      userOf(await authenticate(strategy, get(CALLBACK)));
      await start(strategy);
      await strategy.refreshAccessToken('a-refresh-token');
    });
  });

  describe('a printed strategy', () => {
    class Intranet extends HiworksStrategy {}
    const customHeaders = { Authorization: `Basic ${BODY_MARK}` };
    const strategy = new Intranet({ ...optionsFor(NOWHERE), customHeaders }, acceptEveryone) as Any;

    for (const [what, value] of [
      ['a strategy', strategy],
      ['an object with a strategy', { strategies: [strategy] }],
      ['a copy of a strategy', { ...strategy }],
      ['strategy._oauth2', strategy._oauth2],
    ]) {
      it(`${what} shows no secret when it is printed`, () => {
        const texts = [inspect(value), inspect(value, { depth: null }), JSON.stringify(value), String(value)];
        for (const text of texts) {
          expect(text).not.to.include(CLIENT_SECRET).and.not.to.include(BODY_MARK);
        }
        expect(strategy._oauth2._clientSecret, 'the secret is there').to.equal(CLIENT_SECRET);
      });
    }

    it('util.inspect(strategy) shows its class and name, even with showHidden', () => {
      expect(inspect(strategy)).to.equal("Intranet { name: 'hiworks' }");
      expect(inspect(strategy, { showHidden: true, depth: null })).to.equal("Intranet { name: 'hiworks' }");
    });
  });
});
