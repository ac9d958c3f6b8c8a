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

// biome-ignore lint/suspicious/noExplicitAny: passport-oauth2's and Node's internals have no types
type Any = any;

const NOWHERE = 'http://127.0.0.1:1';
const verify = (_accessToken: string, _refreshToken: string | undefined, profile: object, done: Any) =>
  done(null, profile);

class CountingAgent extends Agent {
  sent: string[] = [];
  addRequest(request: ClientRequest, ...rest: unknown[]): void {
    this.sent.push(`${request.method} ${request.path}`);
    (Agent.prototype as Any).addRequest.call(this, request, ...rest);
  }
}

describe('What users of passport-oauth2 rely on:', () => {
  const serve = rawServers();
  const hiworks = (): Promise<RawServer> =>
    serve((socket, request) => socket.end(http(200, request.startsWith('POST') ? tokenBody() : ME_BODY)));

  describe('_oauth2.getOAuthAccessToken is the one edge of the token request', () => {
    /** The outcome of a login whose token request is stubbed. */
    function logIn(
      stub: (code: string, params: Any, done: Any) => unknown,
      options: Partial<HiworksStrategyOptions> = {},
    ) {
      const strategy = strategyFor(NOWHERE, options) as Any;
      strategy._oauth2.getOAuthAccessToken = stub;
      return authenticate(strategy, get(CALLBACK));
    }

    it('a stub gets what passport-oauth2 would give it, and is believed', async () => {
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

    it('what it leaves out is noticed: who it is for, or an access token', async () => {
      for (const params of [undefined, null, {}, { office_no: '1' }, { user_no: '1' }]) {
        const error = errorOf(await logIn((_code, _params, done) => done(null, 'a-token', '', params)));
        expect(error)
          .to.be.instanceOf(HiworksTransportError)
          .and.include({ code: 'wrong_shape', status: 502 });
        expect(error.message).to.match(
          /^POST http:\/\/127\.0\.0\.1:1\/open\/auth\/accesstoken: the response .*: `(user|office)_no` is missing, or neither a string nor a safe integer \(/,
        );
      }
      for (const accessToken of [undefined, '', null]) {
        const error = errorOf(await logIn((_code, _params, done) => done(null, accessToken, '', DATA)));
        // As in the base: there is no error that it could wrap.
        expect(error).not.to.be.instanceOf(OAuth2Strategy.InternalOAuthError);
        expect(error.message).to.equal('Failed to obtain access token');
      }
    });

    it('an empty refresh token is none', async () => {
      let refreshToken: unknown = 'nothing';
      const strategy = new HiworksStrategy(optionsFor(NOWHERE), (_a, given, profile, done) => {
        refreshToken = given;
        done(null, profile);
      }) as Any;
      strategy._oauth2.getOAuthAccessToken = (_code: string, _params: object, done: Any) =>
        done(null, 'a', '', DATA);
      userOf(await authenticate(strategy, get(CALLBACK)));
      expect(refreshToken).to.equal(undefined);
    });

    it('an error of the four classes passes unchanged; any other becomes an InternalOAuthError, as in the base', async () => {
      const own = new HiworksTokenError('made up', 'ERR');
      const foreign = [new Error('no network today'), { statusCode: 500, data: 'a body' }];
      for (const thrown of [own, ...foreign]) {
        for (const stub of [
          (_code: string, _params: object, done: Any) => done(thrown),
          () => {
            throw thrown;
          },
          async () => {
            throw thrown;
          },
        ]) {
          const outcome = (await logIn(stub)) as { error: Any };
          if (thrown === own) {
            expect(outcome.error).to.equal(own);
          } else {
            expect(outcome.error).to.be.instanceOf(OAuth2Strategy.InternalOAuthError);
            expect(outcome.error).to.include({
              message: 'Failed to obtain access token',
              oauthError: thrown,
            });
          }
        }
      }
    });

    it('code of its own gets tokens, for the strategy’s accessType or another', async () => {
      const server = await hiworks();
      const { refresh_token: _refreshToken, ...params } = DATA;
      for (const [given, accessType] of [
        [{ grant_type: 'authorization_code' }, 'online'],
        [{ grant_type: 'authorization_code', access_type: 'offline' }, 'offline'],
        [{}, 'online'],
        [undefined, 'online'],
      ] as const) {
        server.requests.length = 0;
        const { _oauth2 } = strategyFor(server.url) as Any;
        const frozen = given && Object.freeze(given);
        const response = await called((done) => _oauth2.getOAuthAccessToken('a-code', frozen, done));
        expect(response).to.deep.equal([null, ACCESS_TOKEN, REFRESH_TOKEN, params]);
        expect(server.requests[0]).to.match(new RegExp(`&auth_code=a-code&access_type=${accessType}$`));
      }
      const { getOAuthAccessToken } = (strategyFor(server.url) as Any)._oauth2;
      const [, accessToken] = await called((done) => getOAuthAccessToken('a-code', {}, done));
      expect(accessToken, 'by the function alone').to.equal(ACCESS_TOKEN);
    });

    it('code of its own gets real errors: Hiworks’ words, or a TypeError without a request for a wrong credential', async () => {
      const server = await serve(respondWith(200, '{"code":"ERR","msg":"잘못된 코드"}'));
      const { _oauth2 } = strategyFor(server.url) as Any;
      for (const code of [undefined, null, '', 7, {}, ['a'], 'a\nb', 'a\ud83d']) {
        for (const [grant_type, name] of [
          ['authorization_code', 'authorization code'],
          ['refresh_token', 'refresh token'],
        ]) {
          const [error] = await called((done) => _oauth2.getOAuthAccessToken(code, { grant_type }, done));
          expect(error).to.be.instanceOf(TypeError);
          expect(error.message).to.equal(`HiworksStrategy: the ${name} must be a non-empty string`);
        }
      }
      expect(server.requests).to.deep.equal([]);
      const [error] = await called((done) => _oauth2.getOAuthAccessToken('a-code', {}, done));
      expect(error)
        .to.be.instanceOf(HiworksTokenError)
        .and.include({ code: 'ERR', description: '잘못된 코드' });
    });
  });

  /** What a callback of the `oauth` package is called with. */
  function called(call: (done: (...args: Any[]) => void) => void): Promise<Any[]> {
    return new Promise((resolve) => call((...args) => resolve(args)));
  }

  describe('other requests through _oauth2', () => {
    it('get is the oauth package\u2019s own, with the access token in a header instead of the URL', async () => {
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

    it('of the options carries every request', async () => {
      const server = await hiworks();
      const agent = new CountingAgent();
      await sendEverything(strategyFor(server.url, { agent, fetchProfile: true }), server.url);
      expect(agent.sent).to.deep.equal(EVERY_REQUEST);
    });

    it('given to _oauth2.setAgent carries every request from then on; setAgent(undefined) goes back to the global one', async () => {
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
      expect(set.sent).to.have.lengthOf(EVERY_REQUEST.length);
    });
  });

  describe('a subclass', () => {
    it('may keep on `this` in authenticate what its other hooks need, for a strategy used by name', async () => {
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
      const strategy = new Branded(optionsFor(server.url), verify);
      const brands = ['a', 'b', 'c'];
      const locations = await Promise.all(brands.map((brand) => start(strategy, undefined, {}, { brand })));
      expect(locations.map(({ searchParams }) => searchParams.get('brand'))).to.deep.equal(brands);
      const outcomes = await Promise.all(
        brands.map((brand) => authenticate(strategy, get(CALLBACK, { brand }))),
      );
      expect(outcomes.map((outcome) => userOf(outcome).brand)).to.deep.equal(brands);
      expect(strategy).not.to.have.property('brand', 'c');
    });

    it('gets the options of authenticate in authorizationParams as the application gave them', async () => {
      let seen: unknown;
      class Subclass extends HiworksStrategy {
        override authorizationParams(options?: object): object {
          seen = options;
          return { ...super.authorizationParams(options), theme: 'dark', redirect_uri: 'x', client_id: 'y' };
        }
      }
      const strategy = new Subclass(optionsFor(NOWHERE), verify);
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
      expect(strategyFor(NOWHERE).authorizationParams()).to.deep.equal({ access_type: 'online' });
    });

    it('may leave parameters of the authorization request out, but not what Hiworks documents', async () => {
      class Subclass extends HiworksStrategy {
        override authorizationParams(): object {
          return { theme: null, prompt: undefined };
        }
      }
      const { searchParams } = await start(new Subclass(optionsFor(NOWHERE), verify));
      expect([...searchParams.keys()]).to.have.members([
        'access_type',
        'client_id',
        'redirect_uri',
        'response_type',
      ]);
      expect(searchParams.get('access_type')).to.equal('online');
    });

    it('may throw in a hook: that is the error of the login', async () => {
      const broken = new Error('a bug in the hook');
      class Subclass extends HiworksStrategy {
        override authorizationParams(): object {
          throw broken;
        }
      }
      const strategy = new Subclass(optionsFor(NOWHERE), verify);
      expect(errorOf(await authenticate(strategy, get('/auth/hiworks')))).to.equal(broken);
    });

    it('has no other hooks: tokenParams and parseErrorResponse are not called', async () => {
      class Subclass extends HiworksStrategy {
        override tokenParams(): object {
          return expect.fail('tokenParams was called');
        }
        override parseErrorResponse(): never {
          return expect.fail('parseErrorResponse was called');
        }
      }
      const server = await hiworks();
      userOf(await authenticate(new Subclass(optionsFor(server.url), verify), get(CALLBACK)));
      const refusing = await serve(respondWith(400, '{"error":"invalid_grant"}'));
      errorOf(await authenticate(new Subclass(optionsFor(refusing.url), verify), get(CALLBACK)));
    });

    it('may call its fields and methods whatever it likes', async () => {
      const server = await hiworks();
      const names = [
        '_client',
        '_settings',
        '_options',
        '_pool',
        '_state',
        '_pending',
        '_http',
        '_api',
        '_own',
        'settings',
        'options',
        'api',
        'http',
        'pool',
        'client',
        'store',
        'state',
        'pendingLogins',
        'secrets',
        'logIn',
        'finishLogin',
        'exchangeCode',
        'refuseLogin',
        'identify',
        'callbackURL',
        'accessType',
        'agent',
        'timeout',
        'refresh',
        'conclude',
      ];
      const strategy = strategyFor(server.url) as Any;
      for (const name of names) {
        strategy[name] = () => expect.fail(`${name} was used`);
      }
      userOf(await authenticate(strategy, get(CALLBACK)));
      await start(strategy);
      await strategy.refreshAccessToken('a-refresh-token');
      const own = Object.keys(strategyFor(server.url));
      const inherited = Object.keys(
        new OAuth2Strategy(
          { ...optionsFor(server.url), authorizationURL: 'x', tokenURL: 'x' } as Any,
          verify as Any,
        ),
      );
      expect(own.filter((name) => !inherited.includes(name))).to.deep.equal([]);
    });
  });

  it('whoever prints a strategy, or what holds one, sees no secret', () => {
    class Intranet extends HiworksStrategy {}
    const customHeaders = { Authorization: `Basic ${BODY_MARK}` };
    const strategy = new Intranet({ ...optionsFor(NOWHERE), customHeaders }, verify) as Any;
    for (const shown of [strategy, { strategies: [strategy] }, strategy._oauth2]) {
      const texts = [inspect(shown), inspect(shown, { depth: null }), JSON.stringify(shown), String(shown)];
      for (const text of texts) {
        expect(text).not.to.include(CLIENT_SECRET).and.not.to.include(BODY_MARK);
      }
    }
    expect(inspect(strategy)).to.equal("Intranet { name: 'hiworks' }");
    expect(inspect(strategy, { showHidden: true, depth: null })).to.equal("Intranet { name: 'hiworks' }");
    expect(strategy._oauth2._clientSecret, 'but it is there').to.equal(CLIENT_SECRET);
  });
});
