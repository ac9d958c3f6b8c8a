import { CALLBACK_PARAMETERS } from '../options.js';
import { validateCredential } from '../passport/credential.js';
import { fail, failNotANavigation, failPrefetch, type Outcome } from '../passport/outcome.js';
import {
  fetchSite,
  hasCodeInBody,
  isNavigation,
  isPrefetch,
  isSamePath,
  type Parameters,
  parameterNames,
  pathOf,
  pathOfURL,
  type Request,
  readParameters,
} from '../passport/request.js';
import { sanitize } from '../util/redact.js';
import type { LoginState } from './state.js';

/** What a request to an `authenticate('hiworks')` route is. */
export type LoginRequest =
  | { kind: 'start' }
  | { kind: 'code'; code: string; returned: string | undefined }
  | { kind: 'error'; error: CallbackError; returned: string | undefined }
  | { kind: 'unknown'; error: CallbackError };

/** The error parameters of a callback. Untrusted: anyone can craft such a URL. */
export interface CallbackError {
  /** A short word; anything else may be an authorization code. */
  readonly code: string | undefined;
  readonly description: string | undefined;
  /** The names of all parameters; their values may be credentials. */
  readonly names: string;
}

const DESCRIPTIONS = ['error_description', 'error_msg', 'msg', 'message'] as const;
// The longest two of RFC 6749 are not as short as the others.
const ERROR_CODE = /^([A-Za-z_]{1,20}|temporarily_unavailable|unsupported_response_type)$/;
// A longer name, or one like a code's 32 characters, may be a credential without its name.
const PARAMETER_NAME = /^([\w.[\]-]{1,15}|[A-Za-z_.[\]-]{1,40})$/;
const MAX_NAMES = 20;
const INVALID_STATE = "the callback's `state` is repeated or is an object";

/**
 * Reads a request: the start of a login, an authorization response with a code or an error, or the failure of one that cannot
 * go on.
 *
 * `auth_code` is documented. What Hiworks sends on a refusal or an error is not, so nothing that looks like a response starts
 * another login: neither a known error parameter at the callback nor, if a login was started elsewhere, a callback without any.
 */
export function readRequest(
  req: Request,
  callbackURL: string | undefined,
  state: Pick<LoginState, 'hasStartedElsewhere'>,
): LoginRequest | Outcome {
  if (isPrefetch(req)) {
    return failPrefetch();
  }
  const parameters = readParameters(req, CALLBACK_PARAMETERS, 'auth_code');
  if (parameters.auth_code !== undefined) {
    return isNavigation(req) ? readCode(parameters, req.method ?? 'GET') : failNotANavigation();
  }
  if (isAtCallback(req, callbackURL)) {
    if (CALLBACK_PARAMETERS.some((name) => parameters[name] !== undefined)) {
      return readError(parameters, shownNames(req));
    }
    if (hasCodeInBody(req)) {
      return fail('bad_callback', 'the callback has its code in the body (Hiworks sends `auth_code` in the query)');
    }
    if (isNavigation(req) && !isFromOwnPage(req, callbackURL) && state.hasStartedElsewhere(req)) {
      return { kind: 'unknown', error: { code: undefined, description: undefined, names: shownNames(req) } };
    }
  }
  return isNavigation(req) ? { kind: 'start' } : failNotANavigation();
}

function isAtCallback(req: Request, callbackURL: string | undefined): boolean {
  return callbackURL === undefined || isSamePath(pathOf(req), pathOfURL(callbackURL, req));
}

// Without a callback URL, another start route of the application looks like a callback; Hiworks is another site.
function isFromOwnPage(req: Request, callbackURL: string | undefined): boolean {
  return callbackURL === undefined && fetchSite(req) === 'same-origin';
}

function readCode({ auth_code: code, state }: Parameters, method: string): LoginRequest | Outcome {
  if (method !== 'GET') {
    return fail('wrong_method', `the callback came as ${sanitize(method)}, not GET; its code was not used`);
  }
  const problem = validateCredential(code);
  if (problem) {
    return fail('bad_callback', `the callback's \`auth_code\` ${problem}`);
  }
  return isString(state)
    ? { kind: 'code', code: code as string, returned: state }
    : fail('bad_callback', INVALID_STATE);
}

function readError(parameters: Parameters, names: string): LoginRequest | Outcome {
  const { error, code, state } = parameters;
  if (!isString(state)) {
    return fail('bad_callback', INVALID_STATE);
  }
  const description = DESCRIPTIONS.map((name) => sanitize(parameters[name])).find(Boolean);
  return { kind: 'error', error: { code: errorCode(error) ?? errorCode(code), description, names }, returned: state };
}

function errorCode(value: unknown): string | undefined {
  return typeof value === 'string' && ERROR_CODE.test(value) ? value : undefined;
}

function shownNames(req: Request): string {
  const names = parameterNames(req).map((name) => (PARAMETER_NAME.test(name) ? name : '[hidden]'));
  return [...new Set(names)].slice(0, MAX_NAMES).join(', ');
}

function isString(state: unknown): state is string | undefined {
  return state === undefined || typeof state === 'string';
}
