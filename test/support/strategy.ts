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

/** The body of a token response (reconstructed), with other or more `data`. */
export function tokenBody(more: object = {}): string {
  return JSON.stringify({ code: 'SUC', msg: '', data: { ...DATA, ...more } });
}

/** The body of a `user/v2/me` response (reconstructed). */
export const ME_BODY = '{"no":"1234567","user_id":"hong","name":"홍길동"}';

/** The path of a callback with a good code. */
export const CALLBACK = `/auth/hiworks/callback?auth_code=${CODE}`;

/** Options for a strategy that sends its requests to the server at `url`, with `state: false`. */
export function optionsFor(url: string) {
  return {
    clientID: 'client-id.open.apps',
    clientSecret: CLIENT_SECRET,
    callbackURL: 'https://app.example.com/auth/hiworks/callback',
    baseURL: url,
    state: false,
  };
}

/** A strategy that sends its requests to the server at `url` and accepts every profile as the user. */
export function strategyFor(url: string, more: Partial<HiworksStrategyOptions> = {}): HiworksStrategy {
  const options = { ...optionsFor(url), ...more, passReqToCallback: false as const };
  return new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile));
}
