import { types } from 'node:util';

import { type Outcome, verified } from './outcome.js';

/** `done(error)`, `done(null, user)`, or `done(null, false, { message })` for a user who may not sign in. */
export type HiworksVerifyDone = (error?: unknown, user?: object | false | null, info?: object) => void;

/** Any form of `verify`. */
export type AnyVerify = (...args: never[]) => unknown;

/**
 * Calls the application's `verify`. Resolves with the outcome of the first user it gives, through `done` or by returning the user
 * or a promise; rejects with what it throws, rejects with or passes to `done` as an error, if that comes first.
 *
 * `args` are its arguments before `done`, without `params`. As in passport-oauth2, `verify.length` chooses the form: with one
 * more parameter it gets `params` as well, before the profile. `state` is added to `info`.
 */
export function callVerify(
  verify: AnyVerify,
  args: readonly unknown[],
  params?: unknown,
  state?: unknown,
): Promise<Outcome> {
  const takesParams = params !== undefined && verify.length === args.length + 2;
  const all = takesParams ? args.toSpliced(-1, 0, params) : args;
  // A verify of length 0 may be `(...args) =>`, as in NestJS, and call `done` later.
  const takesDone = verify.length === 0 || verify.length > args.length;

  return new Promise((resolve, reject) => {
    const done = (error: unknown, user?: unknown, info?: unknown): void => {
      if (error || isThenable(user)) {
        reject(error || new Error(PROMISE_TO_DONE));
        return;
      }
      try {
        resolve(verified(user, info, state));
      } catch (error) {
        // Copying `info` may throw; do not let that escape into the caller of `done`.
        reject(error);
      }
    };

    const returned = Reflect.apply(verify, undefined, all.concat(done));
    if (!takesDone) {
      Promise.resolve(returned).then((user) => {
        done(user === undefined && new Error(NOTHING_RETURNED), user);
      }, reject);
    } else if (types.isPromise(returned)) {
      // If `verify` takes `done`, ignore plain thenables: query builders have a `then` that runs the query again.
      returned.then((user) => user !== undefined && done(null, user), reject);
    }
  });
}

function isThenable(user: unknown): boolean {
  if (types.isPromise(user)) {
    // Its rejection would be unhandled, and end the process.
    user.catch(() => undefined);
  }
  try {
    return typeof (user as PromiseLike<unknown> | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}

const PROMISE_TO_DONE =
  'Hiworks login: `verify` passed a promise to `done` in place of the user (is an `await` missing?)';
const NOTHING_RETURNED =
  'Hiworks login: `verify` has no parameter for `done` and returned nothing (return the user, or null for a user who may not ' +
  'sign in)';
