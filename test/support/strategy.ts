import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { ACCESS_TOKEN, CLIENT_SECRET, CODE, REFRESH_TOKEN } from './secrets.js';

export const USER_NO = '1234567';
export const OFFICE_NO = '123123';

/** The `data` of a token response (reconstructed from Hiworks' documentation). */
export const DATA = {
  access_token: ACCESS_TOKEN,
  refresh_token: REFRESH_TOKEN,
  office_no: OFFICE_NO,
  user_no: USER_NO,
};

/** A token response's body (reconstructed), with other or more `data`. */
export function tokenBody(more: object = {}): string {
  return JSON.stringify({ code: 'SUC', msg: '', data: { ...DATA, ...more } });
}

/** A body of `user/v2/me` (reconstructed). */
export const ME_BODY = '{"no":"1234567","user_id":"hong","name":"홍길동"}';

/** The path of a callback with a good code. */
export const CALLBACK = `/auth/hiworks/callback?auth_code=${CODE}`;

/** Options that send a strategy to a server at `url`, without `state`, which these tests are not about. */
export function optionsFor(url: string) {
  return {
    clientID: 'client-id.open.apps',
    clientSecret: CLIENT_SECRET,
    callbackURL: 'https://app.example.com/auth/hiworks/callback',
    baseURL: url,
    state: false,
  };
}

/** A strategy that talks to the server at `url` and takes everybody for a user: the profile. */
export function strategyFor(url: string, more: Partial<HiworksStrategyOptions> = {}): HiworksStrategy {
  const options = { ...optionsFor(url), ...more, passReqToCallback: false as const };
  return new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile));
}
