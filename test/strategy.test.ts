import { expect } from 'chai';
import nock from 'nock';
import {
  type HiworksProfile,
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTokenError,
  type HiworksVerify,
} from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import OAuth2Strategy from 'passport-oauth2';
import { Strategy as PassportStrategy } from 'passport-strategy';
import me from './fixtures/me.json';
import refused from './fixtures/refused.json';
import offline from './fixtures/token-offline.json';
import online from './fixtures/token-online.json';
import { authenticate, callback, get, type Outcome } from './support/login.js';

const callbackURL = 'https://app.example.com/auth/hiworks/callback';
const code = 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6';
const takesEverybody: HiworksVerify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

function user(outcome: Outcome): HiworksProfile {
  expect(outcome.kind, JSON.stringify(outcome)).to.equal('success');
  return (outcome as { user: HiworksProfile }).user;
}

function location(outcome: Outcome): URL {
  expect(outcome.kind, JSON.stringify(outcome)).to.equal('redirect');
  return (outcome as { location: URL }).location;
}

describe('Signing in at Hiworks itself, as documented', () => {
  const options = { clientID: 'id.open.apps', clientSecret: 'client-secret', callbackURL };

  function hiworks(answer: object, status = 200): { sent: () => string } {
    let body = '';
    nock('https://api.hiworks.com')
      .post('/open/auth/accesstoken', (form) => {
        body = new URLSearchParams(form).toString();
        return true;
      })
      .matchHeader('content-type', 'application/x-www-form-urlencoded')
      .reply(status, answer);
    return { sent: () => body };
  }

  it('sends the browser to the documented page, with client_id and access_type', async () => {
    const to = location(
      await authenticate(new HiworksStrategy(options, takesEverybody), get('/auth/hiworks', { session: {} })),
    );
    expect(to.origin + to.pathname).to.equal('https://api.hiworks.com/open/auth/authform');
    expect(to.searchParams.get('client_id')).to.equal('id.open.apps');
    expect(to.searchParams.get('access_type')).to.equal('online');
    expect(to.searchParams.has('scope')).to.equal(false);
  });

  it('exchanges the code with exactly the five documented fields, the secret in the body', async () => {
    const { sent } = hiworks(online);
    const strategy = new HiworksStrategy({ ...options, state: false }, takesEverybody);
    user(await authenticate(strategy, get(`/cb?auth_code=${code}`)));
    expect(Object.fromEntries(new URLSearchParams(sent()))).to.deep.equal({
      client_id: 'id.open.apps',
      client_secret: 'client-secret',
      grant_type: 'authorization_code',
      auth_code: code,
      access_type: 'online',
    });
  });

  it('reads user/v2/me with the token in the Authorization header', async () => {
    hiworks(offline);
    const profileRequest = nock('https://api.hiworks.com')
      .get('/user/v2/me')
      .matchHeader('authorization', 'Bearer 2xxycv2zm9gbb7xp5tr7urg5ixycdemp')
      .matchHeader('content-type', 'application/json')
      .reply(200, me);
    const strategy = new HiworksStrategy({ ...options, state: false, fetchProfile: true }, takesEverybody);
    const profile = user(await authenticate(strategy, get(`/cb?auth_code=${code}`)));
    expect(profile).to.include({ displayName: 'Nick(홍길동)', username: 'hong', id: '1234567' });
    expect(profileRequest.isDone()).to.equal(true);
  });

  it("shows Hiworks' words and code when it refuses", async () => {
    hiworks(refused);
    const strategy = new HiworksStrategy({ ...options, state: false }, takesEverybody);
    const outcome = await authenticate(strategy, get(`/cb?auth_code=${code}`));
    const { error } = outcome as unknown as { error: HiworksTokenError };
    expect(error).to.be.instanceOf(HiworksTokenError);
    expect(error).to.include({ code: 'ERR', status: 401 });
    expect(error.message)
      .to.include('유효하지 않은 인증 코드입니다.')
      .and.include('https://api.hiworks.com/open/auth/accesstoken');
  });

  it('refreshes at the same URL, with the documented fields', async () => {
    const { sent } = hiworks(offline);
    const tokens = await new HiworksStrategy(options, takesEverybody).refreshAccessToken('old-refresh-token');
    expect(tokens).to.deep.equal({
      accessToken: '2xxycv2zm9gbb7xp5tr7urg5ixycdemp',
      refreshToken: 'gsfxab509fmhm2y4nj2rjuj5a4y3n10q',
      officeNo: '123123',
      userNo: '1234567',
    });
    expect(Object.fromEntries(new URLSearchParams(sent()))).to.deep.equal({
      client_id: 'id.open.apps',
      client_secret: 'client-secret',
      grant_type: 'refresh_token',
      refresh_token: 'old-refresh-token',
      access_type: 'offline',
    });
  });
});

describe('Signing in', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL });
  });
  after(() => hiworks.close());
  beforeEach(() => {
    hiworks.requests.length = 0;
  });

  function make(
    options: Partial<HiworksStrategyOptions> = {},
    verify: HiworksVerify = takesEverybody,
  ): HiworksStrategy {
    return new HiworksStrategy({ ...hiworks.options, callbackURL, ...options }, verify);
  }

  /** A whole login in one session, by whoever is named. */
  async function signIn(
    strategy: HiworksStrategy,
    userNo = '1234567',
    startOptions: object = {},
    by: 'name' | 'instance' = 'name',
  ): Promise<Outcome> {
    const session = {};
    const to = location(await authenticate(strategy, get('/auth/hiworks', { session }), startOptions, by));
    return authenticate(strategy, callback(await hiworks.signIn(to.href, userNo), { session }), {}, by);
  }

  function tokenRequests(): Record<string, string>[] {
    return hiworks.requests.filter(({ endpoint }) => endpoint === 'token').map(({ form }) => form);
  }

  it('is a Passport strategy and an OAuth2Strategy', () => {
    expect(make()).to.be.instanceOf(PassportStrategy).and.instanceOf(OAuth2Strategy);
  });

  it('gives the person as a Passport profile, in one request', async () => {
    const profile = user(await signIn(make()));
    expect(profile).to.deep.equal({
      provider: 'hiworks',
      id: '1234567',
      userNo: '1234567',
      officeNo: '123123',
      _raw: '{"office_no":"123123","user_no":"1234567"}',
      _json: { office_no: '123123', user_no: '1234567' },
    });
    expect(
      hiworks.requests.filter(({ endpoint }) => endpoint === 'token' || endpoint === 'profile'),
    ).to.have.length(1);
  });

  it('gives the name and the user id with fetchProfile, in two requests', async () => {
    const profile = user(await signIn(make({ fetchProfile: true })));
    expect(profile).to.include({ displayName: '홍길동', username: 'hong', officeNo: '123123' });
    expect(profile).not.to.have.any.keys('email', 'emails');
    expect(
      hiworks.requests.filter(({ endpoint }) => endpoint === 'token' || endpoint === 'profile'),
    ).to.have.length(2);
  });

  describe('accessType', () => {
    let tokens: (string | undefined)[];
    const keepsTokens: HiworksVerify = (accessToken, refreshToken, profile, done) => {
      tokens = [accessToken, refreshToken];
      done(null, profile);
    };

    it('online, the default: no refresh token', async () => {
      user(await signIn(make({}, keepsTokens)));
      expect(tokens[0]).to.match(/^[a-z0-9]{32}$/);
      expect(tokens[1]).to.equal(undefined);
      expect(tokenRequests()[0]).to.include({ access_type: 'online' });
    });

    it('offline: a refresh token', async () => {
      user(await signIn(make({ accessType: 'offline' }, keepsTokens)));
      expect(tokens[1]).to.match(/^[a-z0-9]{32}$/);
      expect(tokenRequests()[0]).to.include({ access_type: 'offline' });
    });

    it("for one login, by authenticate's option: the token request carries the same value", async () => {
      user(await signIn(make({}, keepsTokens), '1234567', { accessType: 'offline' }));
      expect(tokens[1]).to.match(/^[a-z0-9]{32}$/);
      user(await signIn(make({ accessType: 'offline' }, keepsTokens), '1234567', { accessType: 'online' }));
      expect(tokens[1]).to.equal(undefined);
      expect(tokenRequests().map(({ access_type }) => access_type)).to.deep.equal(['offline', 'online']);
    });

    it('without a session, by the option of both routes', async () => {
      const strategy = make({ state: false }, keepsTokens);
      const to = location(await authenticate(strategy, get('/'), { accessType: 'offline' }));
      expect(to.searchParams.get('access_type')).to.equal('offline');
      user(
        await authenticate(strategy, callback(await hiworks.signIn(to.href, '1234567')), {
          accessType: 'offline',
        }),
      );
      expect(tokens[1]).to.match(/^[a-z0-9]{32}$/);
    });

    it('of another value is an error that names it', async () => {
      const outcome = await authenticate(make(), get('/', { session: {} }), { accessType: 'Offline' });
      expect((outcome as { error: Error }).error).to.be.instanceOf(TypeError);
      expect((outcome as { error: Error }).error.message).to.include('`accessType`');
    });
  });

  describe('allowedOffices', () => {
    it('lets people of the company in', async () => {
      user(await signIn(make({ allowedOffices: '123123' })));
      user(await signIn(make({ allowedOffices: ['1', '123123'] })));
    });

    it('refuses anybody else with 403, before verify is called and before any profile request', async () => {
      let called = false;
      const strategy = make({ allowedOffices: ['123123'], fetchProfile: true }, (_a, _r, _p, done) => {
        called = true;
        done(null, {});
      });
      const outcome = await signIn(strategy, '1234570');
      expect(outcome).to.include({ kind: 'fail', status: 403 });
      expect((outcome as { info: { message: string } }).info.message)
        .to.include('456456')
        .and.include('allowedOffices');
      expect(called).to.equal(false);
      expect(hiworks.requests.some(({ endpoint }) => endpoint === 'profile')).to.equal(false);
    });

    it('does not follow an array that changes later', async () => {
      const allowedOffices = ['123123'];
      const strategy = make({ allowedOffices });
      allowedOffices.push('456456');
      expect(await signIn(strategy, '1234570')).to.include({ kind: 'fail', status: 403 });
    });
  });

  it('sends customHeaders with every request, and none of its own is replaced by them', async () => {
    const customHeaders = { 'X-Team': 'platform', 'User-Agent': 'intranet', 'Content-Type': 'text/plain' };
    user(await signIn(make({ customHeaders, fetchProfile: true })));
    const [token, profile] = hiworks.requests.filter(
      ({ endpoint }) => endpoint === 'token' || endpoint === 'profile',
    );
    for (const request of [token, profile]) {
      expect(request?.headers).to.include({ 'x-team': 'platform', 'user-agent': 'intranet' });
    }
    expect(token?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect(profile?.headers['content-type']).to.equal('application/json');
  });

  it('names itself to Hiworks and asks for JSON', async () => {
    user(await signIn(make({ fetchProfile: true })));
    for (const { headers } of hiworks.requests.filter(
      ({ endpoint }) => endpoint === 'token' || endpoint === 'profile',
    )) {
      expect(headers).to.include({ accept: 'application/json', 'user-agent': 'passport-hiworks' });
    }
  });

  it("adds no scope, whatever authenticate's options say", async () => {
    const to = location(await authenticate(make(), get('/', { session: {} }), { scope: ['mail'] }));
    expect(to.searchParams.has('scope')).to.equal(false);
  });

  it('sends what a subclass adds to the authorization request', async () => {
    class Subclass extends HiworksStrategy {
      override authorizationParams(options?: object): object {
        return { ...super.authorizationParams(options), theme: 'dark' };
      }
    }
    const strategy = new Subclass({ ...hiworks.options }, takesEverybody);
    const { searchParams } = location(await authenticate(strategy, get('/', { session: {} })));
    expect(searchParams.get('theme')).to.equal('dark');
    expect(searchParams.get('access_type')).to.equal('online');
    expect(new URLSearchParams(Object.entries(make().authorizationParams())).get('access_type')).to.equal(
      'online',
    );
  });

  it('works where no options are given to authenticate at all', async () => {
    const strategy = make();
    const redirect = new Promise<string>((resolve) => {
      Object.assign(Object.create(strategy), { redirect: resolve }).authenticate(get('/', { session: {} }));
    });
    expect(await redirect).to.include('access_type=online');
    const success = new Promise((resolve) => {
      const actions = { success: resolve, error: resolve, fail: resolve };
      Object.assign(Object.create(strategy), actions).authenticate(get('/?auth_code=wrong', { session: {} }));
    });
    expect(await success)
      .to.have.property('message')
      .that.includes('no login is pending');
  });

  for (const by of ['name', 'instance'] as const) {
    it(`1,000 overlapping logins of 1,000 people never mix two of them, by strategy ${by}`, async function () {
      this.timeout(60_000);
      const users = Array.from({ length: 1000 }, (_, index) => ({
        userNo: String(5_000_000 + index),
        officeNo: String(700 + (index % 7)),
        userId: `user${index}`,
        name: `사람${index}`,
      }));
      const crowded = await createHiworksServer({ callbackURL, users, echoState: true });
      const strategy = new HiworksStrategy(
        { ...crowded.options, callbackURL, fetchProfile: true, state: true, timeout: 50_000 },
        takesEverybody,
      );
      const started = users.map(async (person) => {
        const session = {};
        const state = { of: person.userNo };
        const to = location(await authenticate(strategy, get('/', { session }), { state }, by));
        return { person, session, to };
      });
      // One person at a time: a thousand browsers at once would try the machine, not the strategy.
      const signedIn = [];
      for (const { person, session, to } of await Promise.all(started)) {
        signedIn.push({ person, session, back: await crowded.signIn(to.href, person.userNo) });
      }
      const logins = signedIn.map(async ({ person, session, back }) => {
        const outcomes: Outcome[] = [];
        const outcome = await authenticate(strategy, callback(back, { session }), {}, by, outcomes);
        return { person, outcome, outcomes };
      });
      for (const { person, outcome, outcomes } of await Promise.all(logins)) {
        expect(user(outcome)).to.include({
          id: person.userNo,
          officeNo: person.officeNo,
          displayName: person.name,
        });
        expect((outcome as { info: object }).info).to.deep.equal({ state: { of: person.userNo } });
        expect(outcomes).to.have.length(1);
      }
      await crowded.close();
    });
  }
});
