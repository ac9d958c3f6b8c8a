import { Agent } from 'node:http';
import { expect } from 'chai';
import { HiworksStrategy, HiworksTokenError, HiworksTransportError } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import refresh from 'passport-oauth2-refresh';
import { signIn, userOf } from './support/login.js';
import { http, type RawServer, rawServers, respondWith } from './support/raw-server.js';
import { ACCESS_TOKEN, CLIENT_SECRET, expectNothingSecretIn, REFRESH_TOKEN } from './support/secrets.js';
import { DATA, strategyFor, tokenBody } from './support/strategy.js';

interface Refreshed {
  error: unknown;
  accessToken: string | undefined;
  refreshToken: string | undefined;
  params: Record<string, unknown>;
}

function byPassportOAuth2Refresh(strategy: HiworksStrategy, token: string, options = {}): Promise<Refreshed> {
  // Its types do not know setRefreshOAuth2 yet.
  (refresh.use as (...args: unknown[]) => void).call(refresh, 'hiworks', strategy, options);
  return new Promise((resolve) => {
    refresh.requestNewAccessToken('hiworks', token, (error, accessToken, refreshToken, params) => {
      resolve({ error, accessToken, refreshToken, params });
    });
  });
}

const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail('it succeeded'),
    (error) => error,
  );

describe('A refresh', () => {
  const serve = rawServers();
  const granting = (): Promise<RawServer> => serve((socket) => socket.write(http(200, tokenBody())));
  const fieldsOf = (request = ''): object =>
    Object.fromEntries(new URLSearchParams(request.split('\r\n\r\n')[1]));

  const callbackURL = 'https://app.example.com/cb';
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ callbackURL });
  });
  after(() => hiworks.close());

  it('of a token that a login gave gives new ones, and whose they are, time and again', async () => {
    const strategy = new HiworksStrategy(
      { ...hiworks.options, callbackURL, accessType: 'offline' },
      (_a, refreshToken, _p, done) => done(null, { refreshToken }),
    );
    const { refreshToken } = userOf(await signIn(strategy, hiworks));
    const tokens = await strategy.refreshAccessToken(refreshToken);
    expect(tokens).to.have.all.keys('accessToken', 'refreshToken', 'officeNo', 'userNo');
    expect(tokens).to.include({ officeNo: '123123', userNo: '1234567' });
    expect(tokens.refreshToken)
      .to.match(/^[a-z0-9]{32}$/)
      .and.not.equal(refreshToken);
    await strategy.refreshAccessToken(tokens.refreshToken);
    expect(await failureOf(strategy.refreshAccessToken(refreshToken))).to.be.instanceOf(HiworksTokenError);
  });

  it('sends exactly the documented fields', async () => {
    const server = await granting();
    await strategyFor(server.url).refreshAccessToken('old-refresh-token');
    expect(fieldsOf(server.requests[0])).to.deep.equal({
      client_id: 'client-id.open.apps',
      client_secret: CLIENT_SECRET,
      grant_type: 'refresh_token',
      refresh_token: 'old-refresh-token',
      access_type: 'offline',
    });
  });

  it('keeps the given refresh token if Hiworks returns none', async () => {
    for (const refresh_token of [undefined, null, '']) {
      const { url } = await serve(respondWith(200, tokenBody({ refresh_token, office_no: 1, user_no: 2 })));
      expect(await strategyFor(url).refreshAccessToken('kept-refresh-token')).to.deep.equal({
        accessToken: ACCESS_TOKEN,
        refreshToken: 'kept-refresh-token',
        officeNo: '1',
        userNo: '2',
      });
    }
  });

  it('shares its request with overlapping ones of the same token; others, and later ones, make their own', async () => {
    const server = await granting();
    const strategy = strategyFor(server.url);
    const [first, second, third] = await Promise.all([
      strategy.refreshAccessToken('a-refresh-token'),
      strategy.refreshAccessToken('a-refresh-token'),
      byPassportOAuth2Refresh(strategy, 'a-refresh-token'),
      strategy.refreshAccessToken('another-token'),
    ]);
    expect(second).to.deep.equal(first);
    expect(third.accessToken).to.equal(first.accessToken);
    expect(server.requests).to.have.lengthOf(2);
    await strategy.refreshAccessToken('a-refresh-token');
    expect(server.requests).to.have.lengthOf(3);
  });

  it('that is refused says what to do and shows no secret; the next one makes a request again', async () => {
    const bodies = [`{"code":"ERR","msg":"만료 ${CLIENT_SECRET} a-refresh-token"}`, tokenBody()];
    const { url } = await serve((socket) => socket.write(http(200, bodies.shift() ?? '')));
    const strategy = strategyFor(url);
    const [error, same] = await Promise.all([
      failureOf(strategy.refreshAccessToken('a-refresh-token')),
      failureOf(strategy.refreshAccessToken('a-refresh-token')),
    ]);
    expect(same).to.equal(error);
    expect(error).to.be.instanceOf(HiworksTokenError);
    expect(error.message).to.equal(
      `Hiworks refused POST ${url}/open/auth/accesstoken (HTTP 200, code ERR): 만료 [hidden] [hidden] (the token may have ` +
        'expired or been replaced; the user has to sign in again)',
    );
    expect(await strategy.refreshAccessToken('a-refresh-token')).to.include({ accessToken: ACCESS_TOKEN });
  });

  it('whose response names nobody, or a secret in place of a number, is an error', async () => {
    for (const [data, says] of [
      [{ office_no: undefined }, '`office_no` is missing'],
      [{ user_no: null }, '`user_no` is missing'],
      [{ user_no: REFRESH_TOKEN }, '`user_no` repeats a secret'],
      [{ user_no: ACCESS_TOKEN }, '`user_no` repeats a secret'],
      [{ user_no: 'a-refresh-token' }, '`user_no` repeats a secret'],
      [{ office_no: CLIENT_SECRET }, '`office_no` repeats a secret'],
    ] as const) {
      const { url } = await serve(respondWith(200, tokenBody(data)));
      const error = await failureOf(strategyFor(url).refreshAccessToken('a-refresh-token'));
      expect(error).to.be.instanceOf(HiworksTransportError).and.include({ code: 'wrong_shape' });
      expect(error.message)
        .to.match(new RegExp(`^POST ${url}/open/auth/accesstoken: `))
        .and.include(says);
      expectNothingSecretIn(error);
    }
  });

  it('with an empty token is a TypeError, without a request', async () => {
    const server = await granting();
    for (const token of ['', undefined, null, 42, 'a\nb', '\ud800']) {
      const error = await failureOf(strategyFor(server.url).refreshAccessToken(token as string));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.equal('HiworksStrategy: the refresh token must be a non-empty string');
    }
    expect(server.requests).to.deep.equal([]);
  });

  describe('through passport-oauth2-refresh', () => {
    class Counting extends Agent {
      connections = 0;
      override createConnection(...args: Parameters<Agent['createConnection']>) {
        this.connections += 1;
        return super.createConnection(...args);
      }
    }

    it('works as it is', async () => {
      const server = await granting();
      const refreshed = await byPassportOAuth2Refresh(strategyFor(server.url), 'a-refresh-token');
      const { refresh_token: _refreshToken, ...params } = DATA;
      expect(refreshed).to.deep.equal({
        error: null,
        accessToken: ACCESS_TOKEN,
        refreshToken: REFRESH_TOKEN,
        params,
      });
      expect(fieldsOf(server.requests[0])).to.include({
        grant_type: 'refresh_token',
        refresh_token: 'a-refresh-token',
      });
    });

    it('has the agent of the strategy, or one of its own from setRefreshOAuth2', async () => {
      const server = await granting();
      const [option, set, own] = [new Counting(), new Counting(), new Counting()];
      const strategy = strategyFor(server.url, { agent: option });
      await byPassportOAuth2Refresh(strategy, 'a-refresh-token');
      expect(option.connections).to.equal(1);

      (strategy as unknown as { _oauth2: { setAgent(agent: Agent): void } })._oauth2.setAgent(set);
      await byPassportOAuth2Refresh(strategy, 'a-refresh-token');
      expect(set.connections).to.equal(1);

      await byPassportOAuth2Refresh(strategy, 'a-refresh-token', {
        setRefreshOAuth2({ refreshOAuth2 }: { refreshOAuth2: { setAgent(agent: Agent): void } }) {
          refreshOAuth2.setAgent(own);
          return refreshOAuth2;
        },
      });
      expect(own.connections).to.equal(1);
      expect([option.connections, set.connections]).to.deep.equal([1, 1]);
    });

    it('may be given the strategy’s own OAuth2 object', async () => {
      const server = await granting();
      const setRefreshOAuth2 = ({ strategyOAuth2 }: { strategyOAuth2: object }) => strategyOAuth2;
      const { error } = await byPassportOAuth2Refresh(strategyFor(server.url), 'a-refresh-token', {
        setRefreshOAuth2,
      });
      expect(error).to.equal(null);
    });

    it('has the timeout and the errors of the strategy', async () => {
      const hanging = await serve(() => undefined);
      const late = await byPassportOAuth2Refresh(
        strategyFor(hanging.url, { timeout: 60 }),
        'a-refresh-token',
      );
      expect(late.error)
        .to.be.instanceOf(HiworksTransportError)
        .and.include({ code: 'timeout', status: 504 });
      const refusing = await serve(respondWith(200, '{"code":"ERR","msg":"만료되었습니다"}'));
      const { error } = await byPassportOAuth2Refresh(strategyFor(refusing.url), 'a-refresh-token');
      expect(error).to.be.instanceOf(HiworksTokenError).and.include({ description: '만료되었습니다' });
    });
  });
});
