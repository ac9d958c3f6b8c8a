import type OAuth2Strategy = require('passport-oauth2');

import type { HiworksProfile } from './hiworks/profile.js';
import type { HiworksVerifyDone } from './passport/verify.js';

type TokenArgs = [accessToken: string, refreshToken: string | undefined];
type ProfileArgs = [profile: HiworksProfile, done: HiworksVerifyDone];
// The request that passport-oauth2's types name.
type RequestArgs = [req: Parameters<OAuth2Strategy['authenticate']>[0]];

/**
 * The usual form of `verify`: `(accessToken, refreshToken, profile, done)`. Passes the user to `done`, or returns a promise of
 * the user (or of `false`); without a parameter for `done`, it may return the user itself. `refreshToken` is `undefined` if
 * Hiworks sent none.
 */
export type HiworksVerify = (...args: [...TokenArgs, ...ProfileArgs]) => unknown;

/** `verify` with `params`, the token response's `data` without the refresh token, before the profile. */
export type HiworksVerifyWithParams = (...args: [...TokenArgs, params: HiworksParams, ...ProfileArgs]) => unknown;

/** The usual form under `passReqToCallback: true`: `req` comes first. */
export type HiworksVerifyWithRequest = (...args: [...RequestArgs, ...TokenArgs, ...ProfileArgs]) => unknown;

/** `verify` with `params`, under `passReqToCallback: true`. */
export type HiworksVerifyWithRequestAndParams = (
  ...args: [...RequestArgs, ...TokenArgs, params: HiworksParams, ...ProfileArgs]
) => unknown;

/** The token response's `data` under Hiworks' names, without the refresh token. */
export interface HiworksParams {
  /** The access token, the same as the first argument of `verify`. */
  access_token: string;
  /** The user's company. Documented as a string; a number if Hiworks sent one. */
  office_no: string | number;
  /** The user. Documented as a string; a number if Hiworks sent one. */
  user_no: string | number;
  [name: string]: unknown;
}
