import { HiworksStrategy, type HiworksStrategyOptions, type HiworksVerify } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, type Outcome, type Session, start } from './login.js';

export const CALLBACK_URL = 'https://app.example.com/cb';
export const MINUTE = 60_000;

/** The headers of a start that another site led to. */
export const CROSS_SITE = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
/** What `passport.authorize` passes to the strategy. */
export const CONNECT = { assignProperty: 'account' };

const acceptEveryone: HiworksVerify = (_accessToken, _refreshToken, profile, done) => done(null, profile);

/** Two fake Hiworks for the tests of one `describe`: whether the real one returns `state` is not known. */
export function hiworksServers() {
  const servers = {} as { silent: HiworksServer; echoing: HiworksServer };
  before(async () => {
    const options = { callbackURL: CALLBACK_URL, signInAs: '1234567' };
    servers.silent = await createHiworksServer(options);
    servers.echoing = await createHiworksServer({ ...options, echoState: true });
  });
  after(() => Promise.all([servers.silent.close(), servers.echoing.close()]));
  beforeEach(() => {
    servers.silent.requests.length = 0;
    servers.echoing.requests.length = 0;
  });

  return {
    servers,

    make(
      name: 'silent' | 'echoing',
      options: Partial<HiworksStrategyOptions> = {},
      verify: HiworksVerify = acceptEveryone,
    ): HiworksStrategy {
      const all = { ...servers[name].options, callbackURL: CALLBACK_URL, ...options };
      return new HiworksStrategy(all as HiworksStrategyOptions, verify);
    },

    /** Starts a login, and resolves with the URL of the callback that Hiworks redirects to. */
    async begin(
      strategy: HiworksStrategy,
      session: Session,
      options: object = {},
      headers: Record<string, string> = {},
      path = '/auth/hiworks',
    ): Promise<string> {
      const request = { url: path, headers: { host: 'app.example.com', ...headers } };
      const location = await start(strategy, session, options, request);
      const server = location.origin === servers.silent.url ? servers.silent : servers.echoing;
      return server.signIn(location.href, '1234567');
    },

    /** Requests the callback. */
    end(
      strategy: HiworksStrategy,
      url: string,
      session: Session,
      options: object = {},
      headers: Record<string, string> = {},
    ): Promise<Outcome> {
      const request = { session, headers: { host: 'app.example.com', ...headers } };
      return authenticate(strategy, callback(url, request), options);
    },

    /** The number of token requests so far. */
    tokenRequests: () =>
      [...servers.silent.requests, ...servers.echoing.requests].filter(({ endpoint }) => endpoint === 'token')
        .length,
  };
}
