import { types } from 'node:util';

import type OAuth2Strategy = require('passport-oauth2');

import type { HiworksProfile } from '../hiworks/profile.js';
import { decided, type Outcome } from './outcome.js';

// The request that passport-oauth2's types name.
type Request = Parameters<OAuth2Strategy['authenticate']>[0];
type User = Exclude<Parameters<OAuth2Strategy.VerifyCallback>[1], boolean | undefined>;

/** `done(error)`, `done(null, user)`, or `done(null, false, { message })` for a person who may not sign in. */
export type HiworksVerifyDone = (error?: unknown, user?: User | false | null, info?: object) => void;

/**
 * The usual form of `verify`. Says who the person is through `done`, or returns a promise of the user (or of `false`);
 * one that has no parameter for `done` may return the user itself. `refreshToken` is `undefined` if Hiworks sent none.
 */
export type HiworksVerify = (
  accessToken: string,
  refreshToken: string | undefined,
  profile: HiworksProfile,
  done: HiworksVerifyDone,
) => unknown;

/** `verify` with `params`, the token response's `data` without the refresh token. */
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

/** The token response's `data` in Hiworks' own names, as it came, without the refresh token. */
export interface HiworksParams {
  /** The access token, the same that `verify` gets first. */
  access_token: string;
  /** The company. Documented as a string; a number if Hiworks sent one. */
  office_no: string | number;
  /** The person. Documented as a string; a number if Hiworks sent one. */
  user_no: string | number;
  [name: string]: unknown;
}

/** Any form of `verify`. */
export type AnyVerify = (...args: never[]) => unknown;

/**
 * Calls the application's `verify` and resolves with the outcome of the first thing it says, through `done` or by returning
 * the user or a promise; rejects with what it throws, rejects with or hands to `done` as an error, whichever comes first.
 *
 * `args` are what it takes before `done`, without `params`. As in passport-oauth2, `verify.length` chooses the form: one
 * parameter more gets `params` as well, before the profile. `state` is added to `info`.
 */
export function callVerify(
  verify: AnyVerify,
  args: readonly unknown[],
  params?: unknown,
  state?: unknown,
): Promise<Outcome> {
  const takesParams = params !== undefined && verify.length === args.length + 2;
  const all = takesParams ? args.toSpliced(-1, 0, params) : args;
  // A verify of length 0 may be `(...args) =>`, NestJS's is: it can call `done` later as well.
  const takesDone = verify.length === 0 || verify.length > args.length;

  return new Promise((resolve, reject) => {
    const say = (user: unknown, info?: unknown): void => {
      try {
        resolve(decided(user, info, state));
      } catch (error) {
        // An `info` that cannot be read is not to end the process by way of whoever calls `done`.
        reject(error);
      }
    };
    const done = (error: unknown, user?: unknown, info?: unknown) =>
      error ? reject(error) : say(user, info);

    const returned = (verify as (...args: unknown[]) => unknown)(...all, done);
    if (!takesDone) {
      Promise.resolve(returned).then((user) => {
        if (user === undefined) {
          reject(new Error(NOTHING_RETURNED));
        }
        say(user);
      }, reject);
    } else if (types.isPromise(returned)) {
      // With `done` at hand, only a real promise counts: query builders have a `then` that runs the query again.
      returned.then((user) => user !== undefined && say(user), reject);
    }
  });
}

const NOTHING_RETURNED =
  'Hiworks login: `verify` has no parameter for `done` and returned nothing. Return the user, or null for somebody who ' +
  'may not sign in';
