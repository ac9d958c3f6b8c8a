import {
  fail,
  failNotANavigation,
  failPrefetch,
  type HiworksFailureCode,
  type Outcome,
} from '../passport/outcome.js';
import {
  hasCodeInBody,
  isNavigation,
  isPrefetch,
  PARAMETERS,
  type Parameters,
  pathOf,
  pathOfURL,
  type Request,
  readParameters,
  samePath,
} from '../passport/request.js';
import { sanitize } from '../util/redact.js';

/** What a request to an `authenticate('hiworks')` route turns out to be. */
export type LoginStep =
  | { kind: 'start' }
  | { kind: 'code'; code: string; state: string | undefined }
  | { kind: 'error'; error: CallbackError; state: string | undefined }
  | { kind: 'failure'; outcome: Outcome };

/** The words of a callback that carries an error: anybody can write such a URL. */
export interface CallbackError {
  code: string | undefined;
  description: string | undefined;
}

// Hiworks' codes have 32 characters; no proxy or framework passes on a much longer URL than this allows.
const MAX_CODE_LENGTH = 512;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
const DESCRIPTIONS = ['error_description', 'error_msg', 'msg', 'message'] as const;

/**
 * Reads a request as the start of a login, a callback with a code, a callback with an error, or one that cannot go on.
 *
 * `auth_code` is the documented parameter; what Hiworks sends on a refusal or an error is not documented, so whatever
 * looks like one at the callback ends the login instead of starting another.
 */
export function readRequest(req: Request, callbackURL: string | undefined): LoginStep {
  if (isPrefetch(req)) {
    return { kind: 'failure', outcome: failPrefetch() };
  }
  const step = readStep(req, callbackURL);
  if ((step.kind === 'start' || step.kind === 'code') && !isNavigation(req)) {
    return { kind: 'failure', outcome: failNotANavigation() };
  }
  return step;
}

function readStep(req: Request, callbackURL: string | undefined): LoginStep {
  const parameters = readParameters(req, PARAMETERS, 'auth_code');
  if (parameters.auth_code !== undefined) {
    return readCode(parameters, req.method ?? 'GET');
  }
  const carriesError = PARAMETERS.some((name) => parameters[name] !== undefined);
  if ((!carriesError && !hasCodeInBody(req)) || !isAtCallback(req, callbackURL)) {
    return { kind: 'start' };
  }
  return carriesError
    ? readError(parameters)
    : failure(
        'bad_callback',
        'the callback carries its code in the body; Hiworks sends `auth_code` in the query',
      );
}

function isAtCallback(req: Request, callbackURL: string | undefined): boolean {
  return callbackURL === undefined || samePath(pathOf(req), pathOfURL(callbackURL, req));
}

function readCode({ auth_code: code, state }: Parameters, method: string): LoginStep {
  if (method !== 'GET') {
    return failure(
      'wrong_method',
      `the callback came as ${sanitize(method)}, not GET; its auth_code was not used`,
    );
  }
  const fault = faultOf(code);
  if (fault) {
    return failure('bad_callback', `the callback's \`auth_code\` ${fault}`);
  }
  return isString(state) ? { kind: 'code', code: code as string, state } : oddState();
}

/** Says what is wrong with a credential that came in a URL, if anything is. */
export function faultOf(credential: unknown, maxLength = MAX_CODE_LENGTH): string | undefined {
  if (typeof credential !== 'string') {
    return 'came more than once, or as an object';
  }
  if (credential.trim() === '') {
    return 'is empty';
  }
  if (credential.length > maxLength) {
    return `is longer than ${maxLength} characters`;
  }
  return UNPRINTABLE.test(credential) ? 'contains control characters' : undefined;
}

function readError(parameters: Parameters): LoginStep {
  const { error, code, state } = parameters;
  if (!isString(state)) {
    return oddState();
  }
  const description = DESCRIPTIONS.map((name) => sanitize(parameters[name])).find(Boolean);
  return { kind: 'error', error: { code: sanitize(error) ?? sanitize(code), description }, state };
}

function isString(state: unknown): state is string | undefined {
  return state === undefined || typeof state === 'string';
}

function oddState(): LoginStep {
  return failure('bad_callback', "the callback's `state` came more than once, or as an object");
}

function failure(...reason: [code: HiworksFailureCode, why: string]): LoginStep {
  return { kind: 'failure', outcome: fail(...reason) };
}
