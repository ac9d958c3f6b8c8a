import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { ACCESS_TOKEN, CLIENT_SECRET, CODE, REFRESH_TOKEN } from './secrets.js';

export const USER_NO = '1234567';
export const OFFICE_NO = '123123';

/** The `data` of a token answer (reconstructed from Hiworks' documentation). */
export const DATA = {
  access_token: ACCESS_TOKEN,
  refresh_token: REFRESH_TOKEN,
  office_no: OFFICE_NO,
  user_no: USER_NO,
};

/** A token answer's body (reconstructed), with other or more `data`. */
export function tokenBody(more: object = {}): string {
  return JSON.stringify({ code: 'SUC', msg: '', data: { ...DATA, ...more } });
}

/** The path of a callback with a good code, its query as given in addition. */
export const CALLBACK = `/auth/hiworks/callback?auth_code=${CODE}`;

/** Options that send a strategy to a server at `url`, without `state`, which these tests are not about. */
export function optionsFor(url: string) {
  return {
    clientID: 'client-id.open.apps',
    clientSecret: CLIENT_SECRET,
    callbackURL: 'https://app.example.com/auth/hiworks/callback',
    tokenURL: `${url}/open/auth/accesstoken`,
    userProfileURL: `${url}/user/v2/me`,
    state: false,
  };
}

/** A strategy that asks the server at `url` and takes everybody for a user: the profile. */
export function strategyFor(url: string, more: Partial<HiworksStrategyOptions> = {}): HiworksStrategy {
  const options = { ...optionsFor(url), ...more, passReqToCallback: false as const };
  return new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile));
}
