import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import {
  authenticate,
  callback,
  errorOf,
  get,
  type Session,
  signIn,
  start,
  userOf,
} from './support/login.js';

const required = { clientID: 'id.open.apps', clientSecret: 'the-secret-of-the-client' };

function make(options: Partial<HiworksStrategyOptions> = {}): HiworksStrategy {
  return new HiworksStrategy({ ...required, ...options } as HiworksStrategyOptions, () => undefined);
}

describe('The authorization request', () => {
  it("goes to Hiworks' documented page, with what is documented and a state", async () => {
    const { origin, pathname, searchParams } = await start(
      make({ callbackURL: 'https://app.example.com/cb' }),
      {},
    );
    expect(origin + pathname).to.equal('https://api.hiworks.com/open/auth/authform');
    const { state, ...params } = Object.fromEntries(searchParams);
    expect(params).to.deep.equal({
      access_type: 'online',
      client_id: 'id.open.apps',
      redirect_uri: 'https://app.example.com/cb',
      response_type: 'code',
    });
    expect(state).to.match(/^[\w-]{32}$/);
  });

  it('leaves out what there is none of, and keeps the query of an authorizationURL', async () => {
    const authorizationURL = 'https://gateway.example.com/form?tenant=1&client_id=other';
    const location = await start(make({ authorizationURL, state: false }));
    expect(location.origin + location.pathname).to.equal('https://gateway.example.com/form');
    expect(Object.fromEntries(location.searchParams)).to.deep.equal({
      tenant: '1',
      client_id: 'id.open.apps',
      access_type: 'online',
      response_type: 'code',
    });
    expect((await start(make({ authorizationURL, state: false }))).href, 'a second one').to.equal(
      location.href,
    );
  });

  it('has no scope, whatever the options of authenticate say', async () => {
    expect((await start(make(), {}, { scope: ['mail'] })).searchParams.has('scope')).to.equal(false);
  });

  it('may be started by POST or HEAD, and without any options of authenticate', async () => {
    for (const method of ['POST', 'HEAD']) {
      for (const body of [{}, null, 'text', undefined]) {
        await start(make(), {}, {}, { method, body });
      }
    }
    const redirect = new Promise<string>((resolve) => {
      Object.assign(Object.create(make()), { redirect: resolve }).authenticate(get('/', { session: {} }));
    });
    expect(await redirect).to.include('access_type=online');
  });

  describe('and accessType', () => {
    const callbackURL = 'https://app.example.com/cb';
    let hiworks: HiworksServer;

    before(async () => {
      hiworks = await createHiworksServer({ callbackURL });
    });
    after(() => hiworks.close());
    beforeEach(() => {
      hiworks.requests.length = 0;
    });

    /** A strategy whose users are their refresh tokens, or 'none'. */
    const granting = (options: Partial<HiworksStrategyOptions> = {}) =>
      new HiworksStrategy(
        { ...hiworks.options, callbackURL, ...options } as HiworksStrategyOptions,
        (_a, refreshToken, _p, done) => done(null, { refreshToken }),
      );
    const accessTypes = () =>
      hiworks.requests.map(({ query, form }) => query.access_type ?? form.access_type).filter(Boolean);

    it("is online by default, without a refresh token, and 'offline' with one", async () => {
      expect(userOf(await signIn(granting(), hiworks)).refreshToken).to.equal(undefined);
      const offline = granting({ accessType: 'offline' });
      expect(userOf(await signIn(offline, hiworks)).refreshToken).to.match(/^[a-z0-9]{32}$/);
    });

    it('may be given for one login: the token request then carries the same', async () => {
      const offline = { options: { accessType: 'offline' } };
      expect(userOf(await signIn(granting(), hiworks, offline)).refreshToken).to.match(/^[a-z0-9]{32}$/);
      const online = { options: { accessType: 'online' } };
      const strategy = granting({ accessType: 'offline' });
      expect(userOf(await signIn(strategy, hiworks, online)).refreshToken).to.equal(undefined);
      expect(accessTypes()).to.include('offline').and.include('online');
    });

    it('has to be given to both routes if no session keeps it', async () => {
      const strategy = granting({ state: false });
      const offline = { accessType: 'offline' };
      const back = await hiworks.signIn((await start(strategy, undefined, offline)).href, '1234567');
      expect(userOf(await authenticate(strategy, callback(back), offline)).refreshToken).to.match(
        /^[a-z0-9]{32}$/,
      );
    });

    it('of another value is an error that names it, at the start and at the callback', async () => {
      for (const path of ['/auth/hiworks', '/?auth_code=abc']) {
        const error = errorOf(
          await authenticate(make({ state: false }), get(path), { accessType: 'Offline' }),
        );
        expect(error).to.be.instanceOf(TypeError);
        expect(error.message).to.include("`accessType` must be 'online' or 'offline'; got 'Offline'");
      }
    });

    it('that a subclass adds is kept for the token request, too', async () => {
      class Offline extends HiworksStrategy {
        override authorizationParams(): object {
          return { access_type: 'offline' };
        }
      }
      const strategy = new Offline({ ...hiworks.options, callbackURL }, (_a, refreshToken, _p, done) =>
        done(null, { refreshToken }),
      );
      const session: Session = {};
      expect(userOf(await signIn(strategy, hiworks, { session })).refreshToken).to.match(/^[a-z0-9]{32}$/);
    });
  });

  describe('in the response', () => {
    const startWith = async (res: unknown) => {
      await authenticate(make({ state: false }), get('/auth/hiworks', { res }));
      return (res as { headers?: object }).headers;
    };

    it('forbids caching of the redirect, which is for one user, once', async () => {
      const res = {
        headers: {} as Record<string, string>,
        headersSent: false,
        setHeader(name: string, value: string) {
          this.headers[name] = value;
        },
      };
      expect(await startWith(res)).to.deep.equal({ 'Cache-Control': 'no-store' });
    });

    it('sets no header if the framework gives no response, or has sent the headers', async () => {
      const sent = {
        headersSent: true,
        setHeader() {
          throw new Error('headers already sent');
        },
      };
      for (const res of [{}, sent]) {
        expect(await startWith(res)).to.equal(undefined);
      }
    });
  });

  it('is made and answered without a deprecated call of Node, under --throw-deprecation', () => {
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
