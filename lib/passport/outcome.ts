import { types } from 'node:util';

import { destroyResponse, type Request } from './request.js';

/** The `code` of a {@link HiworksFailure}. */
export type HiworksFailureCode = keyof typeof STATUSES;

/** `info` of a failed login: why the user was not signed in. */
export interface HiworksFailure {
  /** For the log, in English. Show the user `visitorMessage(info)`. */
  message: string;
  code: HiworksFailureCode;
  /** What the application passed as `authenticate('hiworks', { state })`, if the login is known. */
  state?: unknown;
  /** With `'office_not_allowed'`: Hiworks' `office_no` of the user's company. */
  officeNo?: string;
}

/** The result of a request: a Passport action and its arguments. An error is thrown instead. */
export type Outcome =
  | readonly [action: 'redirect', url: string]
  | readonly [action: 'success', user: unknown, info: unknown]
  | readonly [action: 'fail', info: unknown, status: number | undefined];

/** A strategy with the actions that Passport adds to it. */
type Actions = Record<Outcome[0] | 'error', (...args: unknown[]) => unknown>;

// Without a status, Passport responds with 401.
const STATUSES = {
  access_denied: undefined,
  office_not_allowed: 403,
  no_pending_login: 403,
  state_mismatch: 403,
  state_missing: 403,
  begun_elsewhere: 403,
  bad_callback: 400,
  wrong_method: 405,
  wrong_path: 404,
  not_a_navigation: 401,
  prefetch: 503,
};

// Passport treats a falsy error as success.
const NO_ERROR = 'Hiworks login: the application threw or rejected without an error';

/** The outcome of a login that failed. `reason` is for the log; `more` is added to `info`. */
export function fail(code: HiworksFailureCode, reason: string, more: Partial<HiworksFailure> = {}): Outcome {
  const { state, ...rest } = more;
  const info: HiworksFailure = { message: `Hiworks login failed: ${reason}`, ...rest, code };
  return ['fail', addState(info, state), STATUSES[code]];
}

/** The failure of a prefetch. */
export function failPrefetch(): Outcome {
  return fail('prefetch', 'the browser prefetched this page; it will request it again when the link is clicked');
}

/** The failure of a request that a script or a subresource sent. */
export function failNotANavigation(): Outcome {
  return fail(
    'not_a_navigation',
    'this request came from a script or subresource; a login must be a browser navigation (link to it without fetch() or a ' +
      "client-side router, and leave the login's paths out of a service worker)",
  );
}

/** The outcome of the application's `verify`: a falsy user may not sign in. */
export function verified(user: unknown, info: unknown, state: unknown): Outcome {
  return user ? ['success', user, addState(info ?? {}, state)] : ['fail', addState(info, state), undefined];
}

/** `info` with the application's `state`, if there is any, as a new object. */
function addState(info: unknown, state: unknown): unknown {
  if (state === undefined) {
    return info;
  }
  return typeof info === 'string' ? { message: info, state } : { ...(info as object | undefined), state };
}

/**
 * The strategy for one request. Given an instance instead of a name, Passport assigns every request's actions to that one
 * object, so they are copied at once. `internal` is an own property of the shared instance only.
 */
export function forOneRequest<S extends object>(strategy: S, internal: symbol): S {
  if (!Object.hasOwn(strategy, internal)) {
    return strategy;
  }
  const { success, fail, redirect, pass, error } = strategy as S & Record<string, unknown>;
  return Object.assign(Object.create(strategy), { success, fail, redirect, pass, error });
}

/**
 * Runs a login and delivers its outcome to Passport: one action, once. What the action throws or rejects with goes to `error`,
 * and so to the framework; if that throws as well, a process warning is emitted and the unfinished response is destroyed.
 */
export async function deliver(strategy: object, req: Request, run: () => Outcome | Promise<Outcome>): Promise<void> {
  const passport = strategy as Actions;
  try {
    const outcome = await run();
    const returned = passport[outcome[0]](...outcome.slice(1));
    if (types.isPromise(returned)) {
      await returned;
    }
  } catch (error) {
    try {
      await passport.error(error || new Error(NO_ERROR));
    } catch (unhandled) {
      const detail = attempt(() => (unhandled instanceof Error ? String(unhandled.stack) : typeof unhandled));
      const code = 'HIWORKS_ERROR_NOT_HANDLED';
      process.emitWarning('Hiworks login: the application threw while handling an error', { code, detail });
      attempt(() => destroyResponse(req));
    }
  }
}

/** Calls what a stranger's object may make throw: a getter, or a mock's method. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
