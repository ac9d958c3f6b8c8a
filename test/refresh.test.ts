import { Agent } from 'node:http';
import { expect } from 'chai';
import {
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTokenError,
  HiworksTransportError,
} from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import refresh from 'passport-oauth2-refresh';
import { authenticate, callback, get } from './support/login.js';

const callbackURL = 'https://app.example.com/cb';

/** A strategy and a refresh token that the server gave. */
async function withToken(
  hiworks: HiworksServer,
  options: Partial<HiworksStrategyOptions> = {},
): Promise<{ strategy: HiworksStrategy; token: string }> {
  let token = '';
  const strategy = new HiworksStrategy(
    { ...hiworks.options, callbackURL, accessType: 'offline', state: false, ...options },
    (_accessToken, refreshToken, profile, done) => {
      token = refreshToken as string;
      done(null, profile);
    },
  );
  const { location } = (await authenticate(strategy, get('/'))) as { location: URL };
  await authenticate(strategy, callback(await hiworks.signIn(location.href, '1234567')));
  hiworks.requests.length = 0;
  return { strategy, token };
}

interface Refreshed {
  error: unknown;
  accessToken: string | undefined;
  refreshToken: string | undefined;
  params: Record<string, unknown>;
}

function byPassportOAuth2Refresh(strategy: HiworksStrategy, token: string): Promise<Refreshed> {
  refresh.use(strategy);
  return new Promise((resolve) => {
    refresh.requestNewAccessToken('hiworks', token, (error, accessToken, refreshToken, params) => {
      resolve({ error, accessToken, refreshToken, params });
    });
  });
}

describe('Renewing an access token', () => {
  let hiworks: HiworksServer;

  beforeEach(async () => {
    hiworks = await createHiworksServer({ callbackURL });
  });
  afterEach(() => hiworks.close());

  it('gives new tokens, and whose they are', async () => {
    const { strategy, token } = await withToken(hiworks);
    const tokens = await strategy.refreshAccessToken(token);
    expect(tokens).to.have.all.keys('accessToken', 'refreshToken', 'officeNo', 'userNo');
    expect(tokens).to.include({ officeNo: '123123', userNo: '1234567' });
    expect(tokens.refreshToken).not.to.equal(token);
    await strategy.refreshAccessToken(tokens.refreshToken);
  });

  it('keeps the given refresh token where Hiworks returns none', async () => {
    for (const refresh_token of [undefined, null, '']) {
      const { strategy } = await withToken(hiworks);
      const data = { access_token: 'new-access-token', refresh_token, office_no: 1, user_no: 2 };
      hiworks.fail('token', { code: 'SUC', data });
      const tokens = await strategy.refreshAccessToken('kept-refresh-token');
      expect(tokens).to.deep.equal({
        accessToken: 'new-access-token',
        refreshToken: 'kept-refresh-token',
        officeNo: '1',
        userNo: '2',
      });
    }
  });

  it('overlapping calls with one token share one request; later ones make their own', async () => {
    const { strategy, token } = await withToken(hiworks);
    const [first, second, third] = await Promise.all([
      strategy.refreshAccessToken(token),
      strategy.refreshAccessToken(token),
      byPassportOAuth2Refresh(strategy, token),
    ]);
    expect(second).to.deep.equal(first);
    expect(third.accessToken).to.equal(first.accessToken);
    expect(hiworks.requests).to.have.length(1);
    await strategy.refreshAccessToken(first.refreshToken);
    expect(hiworks.requests).to.have.length(2);
  });

  it('after a refusal, the next call asks again', async () => {
    const { strategy, token } = await withToken(hiworks);
    hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
    const refused = await strategy.refreshAccessToken(token).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(HiworksTokenError);
    expect((refused as Error).message)
      .to.include('점검 중')
      .and.include('the person has to sign in again');
    await strategy.refreshAccessToken(token);
  });

  it('a refusal that repeats the client secret and the token shows neither', async () => {
    const { strategy, token } = await withToken(hiworks);
    hiworks.fail('token', { code: 'ERR', msg: `${hiworks.options.clientSecret} ${token}` });
    const refused = await strategy.refreshAccessToken(token).catch((error: unknown) => error);
    expect((refused as Error).message).to.include('[hidden] [hidden]');
  });

  it('an empty token is a TypeError, without a request', async () => {
    const { strategy } = await withToken(hiworks);
    for (const token of ['', undefined, null, 42, 'a\nb', '\ud800']) {
      const error = await strategy.refreshAccessToken(token as string).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TypeError);
      expect((error as Error).message).to.include('the refresh token must be');
    }
    expect(hiworks.requests).to.be.empty;
  });

  describe('through passport-oauth2-refresh', () => {
    it('works as it is', async () => {
      const { strategy, token } = await withToken(hiworks);
      const { error, accessToken, refreshToken, params } = await byPassportOAuth2Refresh(strategy, token);
      expect(error).to.equal(null);
      expect(accessToken).to.match(/^[a-z0-9]{32}$/);
      expect(refreshToken).to.match(/^[a-z0-9]{32}$/);
      expect(params).to.deep.equal({ access_token: accessToken, office_no: '123123', user_no: '1234567' });
      expect(hiworks.requests[0]?.form).to.have.all.keys(
        'client_id',
        'client_secret',
        'grant_type',
        'refresh_token',
        'access_type',
      );
    });

    it('keeps the agent', async () => {
      let connections = 0;
      class Counting extends Agent {
        override createConnection(...args: Parameters<Agent['createConnection']>) {
          connections += 1;
          return super.createConnection(...args);
        }
      }
      const { strategy, token } = await withToken(hiworks, { agent: new Counting() });
      connections = 0;
      const { error } = await byPassportOAuth2Refresh(strategy, token);
      expect(error).to.equal(null);
      expect(connections).to.equal(1);
    });

    it('keeps the timeout and the errors', async () => {
      const { strategy, token } = await withToken(hiworks, { timeout: 100 });
      hiworks.fail('token', 'hang');
      const { error } = await byPassportOAuth2Refresh(strategy, token);
      expect(error).to.be.instanceOf(HiworksTransportError).and.include({ code: 'timeout', status: 504 });
      const patient = await withToken(hiworks);
      hiworks.fail('token', { code: 'ERR', msg: '만료되었습니다' });
      const refused = await byPassportOAuth2Refresh(patient.strategy, patient.token);
      expect(refused.error).to.be.instanceOf(HiworksTokenError);
    });
  });
});
