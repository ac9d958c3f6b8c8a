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

const TOKEN = 'a-refresh-token';

function byPassportOAuth2Refresh(strategy: HiworksStrategy, options = {}): Promise<Refreshed> {
  // Its types do not know setRefreshOAuth2 yet.
  (refresh.use as (...args: unknown[]) => void).call(refresh, 'hiworks', strategy, options);
  return new Promise((resolve) => {
    refresh.requestNewAccessToken('hiworks', TOKEN, (error, accessToken, refreshToken, params) => {
      resolve({ error, accessToken, refreshToken, params });
    });
  });
}

const rejectionOf = (promise: Promise<unknown>): Promise<Error & { code?: string }> =>
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

  it('refreshAccessToken gives new tokens with the user they are for, again and again', async () => {
    const strategy = new HiworksStrategy(
      { ...hiworks.options, callbackURL, accessType: 'offline' },
      (_accessToken, refreshToken, _profile, done) => done(null, { refreshToken }),
    );
    const { refreshToken } = userOf(await signIn(strategy, hiworks));
    const tokens = await strategy.refreshAccessToken(refreshToken);
    expect(tokens).to.have.all.keys('accessToken', 'refreshToken', 'officeNo', 'userNo');
    expect(tokens).to.include({ officeNo: '123123', userNo: '1234567' });
    expect(tokens.refreshToken)
      .to.match(/^[a-z0-9]{32}$/)
      .and.not.equal(refreshToken);
    await strategy.refreshAccessToken(tokens.refreshToken);
    expect(await rejectionOf(strategy.refreshAccessToken(refreshToken))).to.be.instanceOf(HiworksTokenError);
  });

  for (const refresh_token of [undefined, null, '']) {
    it(`refreshAccessToken keeps the given refresh token if Hiworks returns ${JSON.stringify(refresh_token)}`, async () => {
      const { url } = await serve(respondWith(200, tokenBody({ refresh_token, office_no: 1, user_no: 2 })));
      expect(await strategyFor(url).refreshAccessToken(TOKEN)).to.deep.equal({
        accessToken: ACCESS_TOKEN,
        refreshToken: TOKEN,
        officeNo: '1',
        userNo: '2',
      });
    });
  }

  it('overlapping refreshes of one token share one request, passport-oauth2-refresh included', async () => {
    const server = await granting();
    const strategy = strategyFor(server.url);
    const [first, second, third] = await Promise.all([
      strategy.refreshAccessToken(TOKEN),
      strategy.refreshAccessToken(TOKEN),
      byPassportOAuth2Refresh(strategy),
    ]);
    expect(second).to.deep.equal(first);
    expect(third.accessToken).to.equal(first.accessToken);
    expect(server.requests).to.have.lengthOf(1);
  });

  it('refreshes of different tokens, and a later one of the same token, each send a request', async () => {
    const server = await granting();
    const strategy = strategyFor(server.url);
    await Promise.all([strategy.refreshAccessToken(TOKEN), strategy.refreshAccessToken('another-token')]);
    expect(server.requests).to.have.lengthOf(2);
    await strategy.refreshAccessToken(TOKEN);
    expect(server.requests).to.have.lengthOf(3);
  });

  it('overlapping refreshes share a refusal, which shows no secret, and a later one sends a request again', async () => {
    const bodies = [`{"code":"ERR","msg":"만료 ${CLIENT_SECRET} ${TOKEN}"}`, tokenBody()];
    const { url } = await serve((socket) => socket.write(http(200, bodies.shift() ?? '')));
    const strategy = strategyFor(url);
    const [error, same] = await Promise.all([
      rejectionOf(strategy.refreshAccessToken(TOKEN)),
      rejectionOf(strategy.refreshAccessToken(TOKEN)),
    ]);
    expect(same).to.equal(error);
    expect(error).to.be.instanceOf(HiworksTokenError);
    expect(error).to.have.property('description', '만료 [hidden] [hidden]');
    expect(error.message).to.include('sign in again');
    expect(await strategy.refreshAccessToken(TOKEN)).to.include({ accessToken: ACCESS_TOKEN });
  });

  for (const [what, data, fragment] of [
    ['without an office_no', { office_no: undefined }, '`office_no`'],
    ['without a user_no', { user_no: null }, '`user_no`'],
    ['whose user_no repeats the new refresh token', { user_no: REFRESH_TOKEN }, 'secret'],
    ['whose user_no repeats the access token', { user_no: ACCESS_TOKEN }, 'secret'],
    ['whose user_no repeats the given refresh token', { user_no: TOKEN }, 'secret'],
    ['whose office_no repeats the client secret', { office_no: CLIENT_SECRET }, 'secret'],
  ] as const) {
    it(`the response to a refresh ${what} is wrong_shape`, async () => {
      const { url } = await serve(respondWith(200, tokenBody(data)));
      const error = await rejectionOf(strategyFor(url).refreshAccessToken(TOKEN));
      expect(error).to.be.instanceOf(HiworksTransportError).and.include({ code: 'wrong_shape' });
      expect(error.message).to.include(fragment).and.include(`POST ${url}/open/auth/accesstoken`);
      expectNothingSecretIn(error, [TOKEN, CLIENT_SECRET, ACCESS_TOKEN, REFRESH_TOKEN]);
    });
  }

  for (const token of ['', undefined, null, 42, 'a\nb', '\ud800']) {
    it(`refreshAccessToken(${JSON.stringify(token)}) is a TypeError, without a request`, async () => {
      const server = await granting();
      const error = await rejectionOf(strategyFor(server.url).refreshAccessToken(token as string));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.include('refresh token');
      expect(server.requests).to.deep.equal([]);
    });
  }

  describe('through passport-oauth2-refresh', () => {
    class CountingAgent extends Agent {
      connections = 0;
      override createConnection(...args: Parameters<Agent['createConnection']>) {
        this.connections += 1;
        return super.createConnection(...args);
      }
    }

    it('passport-oauth2-refresh gets the tokens and params of a refresh', async () => {
      const server = await granting();
      const refreshed = await byPassportOAuth2Refresh(strategyFor(server.url));
      const { refresh_token: refreshToken, ...params } = DATA;
      expect(refreshed).to.deep.equal({ error: null, accessToken: ACCESS_TOKEN, refreshToken, params });
      expect(fieldsOf(server.requests[0])).to.include({ grant_type: 'refresh_token', refresh_token: TOKEN });
    });

    it('passport-oauth2-refresh keeps the given refresh token if Hiworks returns none', async () => {
      const { url } = await serve(respondWith(200, tokenBody({ refresh_token: undefined })));
      expect(await byPassportOAuth2Refresh(strategyFor(url))).to.have.property('refreshToken', TOKEN);
    });

    it('passport-oauth2-refresh uses the agent option of the strategy, or that of _oauth2.setAgent', async () => {
      const server = await granting();
      const [option, set] = [new CountingAgent(), new CountingAgent()];
      const strategy = strategyFor(server.url, { agent: option });
      await byPassportOAuth2Refresh(strategy);
      expect([option.connections, set.connections]).to.deep.equal([1, 0]);

      (strategy as unknown as { _oauth2: { setAgent(agent: Agent): void } })._oauth2.setAgent(set);
      await byPassportOAuth2Refresh(strategy);
      expect([option.connections, set.connections]).to.deep.equal([1, 1]);
    });

    it('passport-oauth2-refresh uses the agent that setRefreshOAuth2 sets', async () => {
      const server = await granting();
      const [option, own] = [new CountingAgent(), new CountingAgent()];
      await byPassportOAuth2Refresh(strategyFor(server.url, { agent: option }), {
        setRefreshOAuth2({ refreshOAuth2 }: { refreshOAuth2: { setAgent(agent: Agent): void } }) {
          refreshOAuth2.setAgent(own);
          return refreshOAuth2;
        },
      });
      expect([option.connections, own.connections]).to.deep.equal([0, 1]);
    });

    it("passport-oauth2-refresh may use the strategy's own OAuth2 object", async () => {
      const server = await granting();
      const setRefreshOAuth2 = ({ strategyOAuth2 }: { strategyOAuth2: object }) => strategyOAuth2;
      const { error } = await byPassportOAuth2Refresh(strategyFor(server.url), { setRefreshOAuth2 });
      expect(error).to.equal(null);
    });

    it('passport-oauth2-refresh has the timeout of the strategy', async () => {
      const { url } = await serve(() => undefined);
      const { error } = await byPassportOAuth2Refresh(strategyFor(url, { timeout: 60 }));
      expect(error).to.be.instanceOf(HiworksTransportError).and.include({ code: 'timeout', status: 504 });
    });

    it('passport-oauth2-refresh gets the errors of the strategy', async () => {
      const { url } = await serve(respondWith(200, '{"code":"ERR","msg":"만료되었습니다"}'));
      const { error } = await byPassportOAuth2Refresh(strategyFor(url));
      expect(error).to.be.instanceOf(HiworksTokenError).and.include({ description: '만료되었습니다' });
    });
  });
});
