import { types } from 'node:util';

import { destroyResponse, type Request } from './request.js';

/** The `code` of a {@link HiworksFailure}. */
export type HiworksFailureCode = keyof typeof STATUSES;

/** `info` of a failed login: why the person was not let in. */
export interface HiworksFailure {
  /** For the log, in English. What a visitor reads is to be chosen by `code`. */
  message: string;
  code: HiworksFailureCode;
  /** What the application passed as `authenticate('hiworks', { state })`, if the login is known. */
  state?: unknown;
  /** With `'office_not_allowed'`: Hiworks' `office_no` of the person's company. */
  officeNo?: string;
}

/** What a request comes to: one of Passport's actions and its arguments. An error is thrown instead. */
export type Outcome =
  | readonly [action: 'redirect', url: string]
  | readonly [action: 'success', user: unknown, info: unknown]
  | readonly [action: 'fail', info: unknown, status: number | undefined];

/** A strategy as Passport hands it a request: with its actions. */
type Acting = Record<Outcome[0] | 'error', (...args: unknown[]) => unknown>;

// Passport leaves the status of a refusal to the application: 401, or a redirect.
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

// Passport takes a falsy error for none, and goes on.
const NO_REASON = 'Hiworks login: something in the application threw or rejected without saying why';

/** The outcome of a login that failed. `why` is a sentence for the log; `more` is added to `info`. */
export function fail(
  code: HiworksFailureCode,
  why: string,
  more: { state?: unknown; officeNo?: string } = {},
): Outcome {
  const { state, ...rest } = more;
  const info: HiworksFailure = { message: `Hiworks login failed: ${why}`, code, ...rest };
  return ['fail', addState(info, state), STATUSES[code]];
}

/** The outcome of a request that a browser sent before anybody clicked. */
export function failPrefetch(): Outcome {
  return fail('prefetch', 'the browser prefetched this page; it requests it again at the click');
}

/** The outcome of a request that a page sent, not its visitor. */
export function failNotANavigation(): Outcome {
  const why = "a script or an element of a page sent this request; a login takes a browser's navigation";
  return fail('not_a_navigation', why);
}

/** The outcome that the application's `verify` decided on: anything falsy for a user may not sign in. */
export function decided(user: unknown, info: unknown, state: unknown): Outcome {
  return user ? ['success', user, addState(info ?? {}, state)] : ['fail', addState(info, state), undefined];
}

/** `info` with the application's `state`, if there is any; a new object, since the caller's is not to be changed. */
function addState(info: unknown, state: unknown): unknown {
  if (state === undefined) {
    return info;
  }
  return typeof info === 'string' ? { message: info, state } : { ...(info as object | undefined), state };
}

/**
 * The strategy for one request. Given an instance instead of a name, Passport writes every request's actions onto that one
 * object: they are taken off it at once. `own` is a property that the shared instance has and a request's own does not.
 */
export function forOneRequest<S extends object>(strategy: S, own: symbol): S {
  if (!Object.hasOwn(strategy, own)) {
    return strategy;
  }
  const { success, fail, redirect, pass, error } = strategy as S & Record<string, unknown>;
  return Object.assign(Object.create(strategy), { success, fail, redirect, pass, error });
}

/**
 * Logs in, and hands the outcome to Passport: one action, once. What it throws or rejects with goes to `error`, and so to the
 * framework; if that throws as well, a process warning says so and the unfinished response is destroyed.
 */
export async function conclude<Call extends { strategy: object; req: Request }>(
  call: Call,
  logIn: (call: Call) => Outcome | Promise<Outcome>,
): Promise<void> {
  const passport = call.strategy as Acting;
  try {
    const [action, what, how] = await logIn(call);
    const acted = passport[action](what, how);
    if (types.isPromise(acted)) {
      await acted;
    }
  } catch (error) {
    try {
      await passport.error(error || new Error(NO_REASON));
    } catch (unhandled) {
      const detail = unhandled instanceof Error ? String(unhandled.stack) : typeof unhandled;
      process.emitWarning('Hiworks login: the application threw while it was handling an error', {
        code: 'HIWORKS_ERROR_NOT_HANDLED',
        detail,
      });
      destroyResponse(call.req);
    }
  }
}
