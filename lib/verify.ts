import { types } from 'node:util';

import type OAuth2Strategy = require('passport-oauth2');

import type { HiworksProfile } from './profile.js';

type Request = Parameters<OAuth2Strategy['authenticate']>[0];
type User = Exclude<Parameters<OAuth2Strategy.VerifyCallback>[1], boolean | undefined>;

/** `done(error)`, `done(null, user)`, or `done(null, false, { message })` for a person who may not sign in. */
export type HiworksVerifyDone = (error?: unknown, user?: User | false | null, info?: object) => void;

/**
 * The usual form of `verify`. Says who the person is through `done`, or returns a promise of the user (or of `false`).
 * `refreshToken` is `undefined` where Hiworks sent none.
 */
export type HiworksVerify = (
  accessToken: string,
  refreshToken: string | undefined,
  profile: HiworksProfile,
  done: HiworksVerifyDone,
) => unknown;

/** `verify` with `params`, the token answer's `data` without the refresh token. */
export type HiworksVerifyWithParams = (
  accessToken: string,
  refreshToken: string | undefined,
  params: HiworksParams,
  profile: HiworksProfile,
  done: HiworksVerifyDone,
) => unknown;

/** The usual form under `passReqToCallback: true`. */
export type HiworksVerifyWithRequest = (
  req: Request,
  accessToken: string,
  refreshToken: string | undefined,
  profile: HiworksProfile,
  done: HiworksVerifyDone,
) => unknown;

/** `verify` with `params`, under `passReqToCallback: true`. */
export type HiworksVerifyWithRequestAndParams = (
  req: Request,
  accessToken: string,
  refreshToken: string | undefined,
  params: HiworksParams,
  profile: HiworksProfile,
  done: HiworksVerifyDone,
) => unknown;

/** The token answer's `data` in Hiworks' own names, as it came, without the refresh token. */
export interface HiworksParams {
  /** The access token, the same that `verify` gets first. */
  access_token: string;
  /** The company. Documented as a string; a number where Hiworks sent one. */
  office_no: string | number;
  /** The person. Documented as a string; a number where Hiworks sent one. */
  user_no: string | number;
  [name: string]: unknown;
}

/** What the application's `verify` said. */
export interface Verdict {
  /** Anything falsy: not this person. */
  user: unknown;
  info: unknown;
}

/**
 * Calls the application's `verify` and resolves with the first thing it says, through `done` or through a promise;
 * rejects with what it throws, rejects with or hands to `done` as an error, whichever comes first.
 *
 * `leading` is what every form of `verify` begins with. As in passport-oauth2, `verify.length` chooses the form: one
 * more than the short form takes gets `params` as well.
 */
export function askVerify(
  // biome-ignore lint/complexity/noBannedTypes: its length decides what it is called with
  verify: Function,
  leading: readonly unknown[],
  params: unknown,
  profile: unknown,
): Promise<Verdict> {
  const shortForm = leading.length + 2;
  const rest = verify.length === shortForm + 1 ? [params, profile] : [profile];
  // A verify of length 0 may be `(...args) =>`, NestJS's is: it can call `done` later as well.
  const takesDone = verify.length === 0 || verify.length >= shortForm;

  return new Promise((resolve, reject) => {
    const done = (error: unknown, user?: unknown, info?: unknown) =>
      error ? reject(error) : resolve({ user, info });

    const returned: unknown = verify(...leading, ...rest, done);
    // With `done` at hand, only a real promise counts: query builders have a `then` that runs the query again.
    if (types.isPromise(returned) || (!takesDone && hasThen(returned))) {
      Promise.resolve(returned).then((user) => {
        if (user !== undefined || !takesDone) {
          resolve({ user, info: undefined });
        }
      }, reject);
    }
  });
}

function hasThen(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
