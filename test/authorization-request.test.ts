import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, errorOf, get, locationOf, signIn, start, userOf } from './support/login.js';

const required = { clientID: 'id.open.apps', clientSecret: 'the-secret-of-the-client' };
const callbackURL = 'https://app.example.com/cb';

function make(options: Partial<HiworksStrategyOptions> = {}): HiworksStrategy {
  return new HiworksStrategy({ ...required, ...options } as HiworksStrategyOptions, () => undefined);
}

describe('The authorization request', () => {
  it("the start of a login redirects to Hiworks' documented page, with the documented parameters and a state", async () => {
    const { origin, pathname, searchParams } = await start(make({ callbackURL }), {});
    expect(origin + pathname).to.equal('https://api.hiworks.com/open/auth/authform');
    const { state, ...params } = Object.fromEntries(searchParams);
    expect(params).to.deep.equal({
      access_type: 'online',
      client_id: 'id.open.apps',
      redirect_uri: callbackURL,
      response_type: 'code',
    });
    expect(state).to.match(/^[\w-]{32}$/);
  });

  it('the authorization request has no redirect_uri without a callbackURL, and no state with state: false', async () => {
    const { searchParams } = await start(make({ state: false }));
    expect([...searchParams.keys()]).to.have.members(['access_type', 'client_id', 'response_type']);
  });

  it('the authorization request keeps the query of authorizationURL, but not a parameter of its own in it', async () => {
    const authorizationURL = 'https://gateway.example.com/form?tenant=1&client_id=other';
    const strategy = make({ authorizationURL, state: false });
    for (const location of [await start(strategy), await start(strategy)]) {
      expect(location.origin + location.pathname).to.equal('https://gateway.example.com/form');
      expect(Object.fromEntries(location.searchParams)).to.deep.equal({
        tenant: '1',
        client_id: 'id.open.apps',
        access_type: 'online',
        response_type: 'code',
      });
    }
  });

  it('the authorization request has no scope, even if the options of authenticate have one', async () => {
    expect((await start(make(), {}, { scope: ['mail'] })).searchParams.has('scope')).to.equal(false);
  });

  for (const method of ['POST', 'HEAD']) {
    it(`a login can be started by ${method}`, async () => {
      for (const body of [{}, null, 'text', undefined]) {
        await start(make(), {}, {}, { method, body });
      }
    });
  }

  it('a login can be started without any options of authenticate', async () => {
    const redirect = new Promise<string>((resolve) => {
      Object.assign(Object.create(make()), { redirect: resolve }).authenticate(get('/', { session: {} }));
    });
    expect(await redirect).to.include('access_type=online');
  });

  describe('accessType', () => {
    const TOKEN = /^[a-z0-9]{32}$/;
    let hiworks: HiworksServer;

    before(async () => {
      hiworks = await createHiworksServer({ callbackURL });
    });
    after(() => hiworks.close());
    beforeEach(() => {
      hiworks.requests.length = 0;
    });

    /** A strategy that gives the refresh token to the application. */
    const make = (options: Partial<HiworksStrategyOptions> = {}, Strategy = HiworksStrategy) =>
      new Strategy(
        { ...hiworks.options, callbackURL, ...options } as HiworksStrategyOptions,
        (_accessToken, refreshToken, _profile, done) => done(null, { refreshToken }),
      );
    const refreshTokenOf = async (strategy: HiworksStrategy, options = {}) =>
      userOf(await signIn(strategy, hiworks, { options })).refreshToken;
    const tokenRequests = () => hiworks.requests.filter(({ endpoint }) => endpoint === 'token');

    it("accessType is 'online' by default, without a refresh token", async () => {
      expect(await refreshTokenOf(make())).to.equal(undefined);
    });

    it("accessType: 'offline' gives a refresh token", async () => {
      expect(await refreshTokenOf(make({ accessType: 'offline' }))).to.match(TOKEN);
    });

    it("the accessType of authenticate overrides the strategy's for one login, token request included", async () => {
      expect(await refreshTokenOf(make(), { accessType: 'offline' })).to.match(TOKEN);
      const offline = make({ accessType: 'offline' });
      expect(await refreshTokenOf(offline, { accessType: 'online' })).to.equal(undefined);
      expect(tokenRequests().map(({ form }) => form.access_type)).to.deep.equal(['offline', 'online']);
    });

    it('with state: false, the accessType of authenticate has to be given to both routes', async () => {
      const strategy = make({ state: false });
      const offline = { accessType: 'offline' };
      const back = await hiworks.signIn((await start(strategy, undefined, offline)).href, '1234567');
      expect(userOf(await authenticate(strategy, callback(back), offline)).refreshToken).to.match(TOKEN);
    });

    it('the access_type of an overridden authorizationParams is kept for the token request', async () => {
      class Offline extends HiworksStrategy {
        override authorizationParams(): object {
          return { access_type: 'offline' };
        }
      }
      expect(await refreshTokenOf(make({}, Offline))).to.match(TOKEN);
    });

    for (const path of ['/auth/hiworks', '/?auth_code=abc']) {
      it(`an invalid accessType of authenticate is a TypeError at ${path}`, async () => {
        const options = { accessType: 'Offline' };
        const error = errorOf(await authenticate(make({ state: false }), get(path), options));
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message).to.include('`accessType`').and.include("'Offline'");
      });
    }
  });

  describe('the response', () => {
    const startWith = async (res: unknown) => {
      locationOf(await authenticate(make({ state: false }), get('/auth/hiworks', { res })));
    };

    it('the redirect to Hiworks has Cache-Control: no-store, since it is for one user, once', async () => {
      const headers: Record<string, string> = {};
      await startWith({
        headersSent: false,
        setHeader(name: string, value: string) {
          headers[name] = value;
        },
      });
      expect(headers).to.deep.equal({ 'Cache-Control': 'no-store' });
    });

    it('the start of a login sets no header if the framework gives no response, or has sent its headers', async () => {
      await startWith({});
      await startWith({ headersSent: true, setHeader: () => expect.fail('setHeader was called') });
    });
  });

  it('making a strategy and starting a login call nothing deprecated, under --throw-deprecation', () => {
    const program = `
      const { HiworksStrategy } = require('passport-hiworks');
      const { HiworksSSOStrategy } = require('passport-hiworks/sso');
      new HiworksSSOStrategy({ path: '/' + 'x'.repeat(22) }, () => null);
      const strategy = new HiworksStrategy({ clientID: 'a', clientSecret: 'b', callbackURL: '/cb' }, () => null);
      strategy.redirect = (url) => console.log(new URL(url).host);
      strategy.error = (error) => console.log(error);
      strategy.authenticate({ method: 'GET', url: '/', headers: { host: 'h' }, session: {} });`;
    const flags = ['--pending-deprecation', '--throw-deprecation', '--eval', program];
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).to.equal('api.hiworks.com\n');
  });
});
