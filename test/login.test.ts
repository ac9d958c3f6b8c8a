import { expect } from 'chai';
import nock from 'nock';
import {
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
import { interceptHTTP } from './support/intercept.js';
import {
  authenticate,
  callback,
  errorOf,
  get,
  locationOf,
  type Outcome,
  signIn,
  start,
  userOf,
} from './support/login.js';

const callbackURL = 'https://app.example.com/auth/hiworks/callback';
const code = 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6';
const acceptEveryone: HiworksVerify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

describe("A login at Hiworks' documented URLs", () => {
  interceptHTTP();
  const options = { clientID: 'id.open.apps', clientSecret: 'client-secret', callbackURL };
  const finish = (more: Partial<HiworksStrategyOptions> = {}, auth_code = code) => {
    const all = { ...options, state: false, ...more } as HiworksStrategyOptions;
    return authenticate(new HiworksStrategy(all, acceptEveryone), get('/cb', { query: { auth_code } }));
  };

  function hiworks(response: object): { sent: () => object } {
    let body = {};
    nock('https://api.hiworks.com')
      .post('/open/auth/accesstoken', (form) => {
        body = form;
        return true;
      })
      .matchHeader('content-type', 'application/x-www-form-urlencoded')
      .reply(200, response);
    return { sent: () => body };
  }

  it('the token request has exactly the five documented fields, the secret in the body', async () => {
    const { sent } = hiworks(online);
    expect(userOf(await finish())).to.include({ id: '1234567', officeNo: '123123' });
    expect(sent()).to.deep.equal({
      client_id: 'id.open.apps',
      client_secret: 'client-secret',
      grant_type: 'authorization_code',
      auth_code: code,
      access_type: 'online',
    });
  });

  it('a code with reserved characters adds no field to the token request', async () => {
    const { sent } = hiworks(online);
    const reserved = 'a b+c&access_type=offline&d=%20 코드';
    userOf(await finish({}, reserved));
    expect(sent()).to.include({ auth_code: reserved, access_type: 'online' }).and.not.have.property('d');
  });

  it('the profile request reads user/v2/me with the token in the Authorization header', async () => {
    hiworks(offline);
    const profileRequest = nock('https://api.hiworks.com')
      .get('/user/v2/me')
      .matchHeader('authorization', 'Bearer 2xxycv2zm9gbb7xp5tr7urg5ixycdemp')
      .matchHeader('content-type', 'application/json')
      .reply(200, me);
    expect(userOf(await finish({ fetchProfile: true }))).to.include({
      displayName: 'Nick(홍길동)',
      username: 'hong',
    });
    expect(profileRequest.isDone()).to.equal(true);
  });

  it('the message of a refusal names the request, its status and code, has the text of Hiworks, and a hint', async () => {
    hiworks(refused);
    const error = errorOf(await finish());
    expect(error).to.be.instanceOf(HiworksTokenError).and.include({ code: 'ERR', status: 401 });
    expect(error.message).to.equal(
      'Hiworks refused POST https://api.hiworks.com/open/auth/accesstoken (HTTP 200, code ERR): 유효하지 않은 인증 코드입니다. ' +
        '(a code can be used only once, with the client and accessType it was issued for)',
    );
  });

  for (const [what, more, isMentioned] of [
    ['the documented token endpoint does not mention', {}, false],
    [
      'a configured token endpoint mentions',
      { tokenURL: 'https://api.hiworks.com/open/auth/accesstokens' },
      true,
    ],
  ] as const) {
    it(`a refusal of ${what} that a wrong path gets the same response`, async () => {
      nock('https://api.hiworks.com').post(/./).reply(200, { code: 'ERR', msg: '유효하지 않은 토큰입니다.' });
      expect(errorOf(await finish(more)).message.includes('wrong path')).to.equal(isMentioned);
    });
  }

  for (const [what, more, isMentioned] of [
    ['the documented user/v2/me does not mention', {}, false],
    ['another userProfileURL mentions', { userProfileURL: 'https://api.hiworks.com/user/v3/me' }, true],
  ] as const) {
    it(`a refusal of ${what} that a wrong path gets the same response`, async () => {
      hiworks(offline);
      nock('https://api.hiworks.com').get(/./).reply(200, { code: 'ERR', msg: '유효하지 않은 토큰입니다.' });
      const { message } = errorOf(await finish({ fetchProfile: true, ...more }));
      expect(message.includes('wrong path')).to.equal(isMentioned);
    });
  }

  it('a refresh sends the documented fields to the same URL', async () => {
    const { sent } = hiworks(offline);
    const tokens = await new HiworksStrategy(options, acceptEveryone).refreshAccessToken('old-refresh-token');
    expect(tokens).to.deep.equal({
      accessToken: '2xxycv2zm9gbb7xp5tr7urg5ixycdemp',
      refreshToken: 'gsfxab509fmhm2y4nj2rjuj5a4y3n10q',
      officeNo: '123123',
      userNo: '1234567',
    });
    expect(sent()).to.deep.equal({
      client_id: 'id.open.apps',
      client_secret: 'client-secret',
      grant_type: 'refresh_token',
      refresh_token: 'old-refresh-token',
      access_type: 'offline',
    });
  });
});

describe('A login', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL });
  });
  after(() => hiworks.close());
  beforeEach(() => {
    hiworks.requests.length = 0;
  });

  const make = (options: Partial<HiworksStrategyOptions> = {}) =>
    new HiworksStrategy(
      { ...hiworks.options, callbackURL, ...options } as HiworksStrategyOptions,
      acceptEveryone,
    );
  const sent = () =>
    hiworks.requests.filter(({ endpoint }) => endpoint === 'token' || endpoint === 'profile');

  it("HiworksStrategy is passport-oauth2's Strategy, and passport-strategy's", () => {
    expect(make()).to.be.instanceOf(PassportStrategy).and.instanceOf(OAuth2Strategy);
  });

  it('a login sends one request to Hiworks', async () => {
    expect(userOf(await signIn(make(), hiworks))).to.include({ provider: 'hiworks', id: '1234567' });
    expect(sent()).to.have.lengthOf(1);
  });

  it('a login with fetchProfile sends two requests to Hiworks, and has the name of the user', async () => {
    expect(userOf(await signIn(make({ fetchProfile: true }), hiworks))).to.include({
      displayName: '홍길동',
      username: 'hong',
    });
    expect(sent()).to.have.lengthOf(2);
  });

  it('requests to Hiworks have Accept: application/json, and User-Agent: passport-hiworks', async () => {
    userOf(await signIn(make({ fetchProfile: true }), hiworks));
    for (const { headers } of sent()) {
      expect(headers).to.include({ accept: 'application/json', 'user-agent': 'passport-hiworks' });
    }
  });

  it('customHeaders are sent with every request, and replace no header that a request depends on', async () => {
    const customHeaders = {
      'X-Team': 'platform',
      'User-Agent': 'intranet',
      Accept: 'application/vnd.hiworks+json',
      'Content-Type': 'text/plain',
    };
    userOf(await signIn(make({ customHeaders, fetchProfile: true }), hiworks));
    const [token, profile] = sent();
    for (const request of [token, profile]) {
      expect(request?.headers).to.include({
        'x-team': 'platform',
        'user-agent': 'intranet',
        accept: 'application/vnd.hiworks+json',
      });
    }
    expect(token?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect(profile?.headers['content-type']).to.equal('application/json');
    expect(profile?.headers.authorization).to.match(/^Bearer [a-z0-9]{32}$/);
  });

  it('a login can be finished without any options of authenticate', async () => {
    const strategy = make({ state: false });
    const url = await hiworks.signIn((await start(strategy)).href, '1234567');
    const user = await new Promise((resolve) => {
      const actions = { success: resolve, error: resolve, fail: resolve };
      Object.assign(Object.create(strategy), actions).authenticate(callback(url));
    });
    expect(user).to.include({ id: '1234567' });
  });

  for (const by of ['name', 'instance'] as const) {
    it(`100 overlapping logins of a strategy used by ${by} do not mix`, async () => {
      const users = Array.from({ length: 100 }, (_, index) => ({
        userNo: String(5_000_000 + index),
        officeNo: String(700 + (index % 7)),
        userId: `user${index}`,
        name: `직원${index}`,
      }));
      const crowded = await createHiworksServer({ callbackURL, users, echoState: true });
      const options = { ...crowded.options, callbackURL, fetchProfile: true, timeout: 50_000 };
      const strategy = new HiworksStrategy(options, acceptEveryone);
      const started = await Promise.all(
        users.map(async (user) => {
          const session = {};
          const state = { of: user.userNo };
          const location = locationOf(await authenticate(strategy, get('/', { session }), { state }, by));
          return { user, session, location };
        }),
      );
      // One user at a time at Hiworks: so many browsers at once would test the machine, not the strategy.
      const callbacks = [];
      for (const { user, session, location } of started) {
        const url = await crowded.signIn(location.href, user.userNo);
        callbacks.push({ user, request: callback(url, { session }) });
      }
      await Promise.all(
        callbacks.map(async ({ user, request }) => {
          const outcomes: Outcome[] = [];
          const outcome = await authenticate(strategy, request, {}, by, outcomes);
          expect(userOf(outcome)).to.include({
            id: user.userNo,
            officeNo: user.officeNo,
            displayName: user.name,
          });
          expect(outcome).to.have.deep.property('info', { state: { of: user.userNo } });
          expect(outcomes).to.have.lengthOf(1);
        }),
      );
      await crowded.close();
    });
  }
});
