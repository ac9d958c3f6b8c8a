import OAuth2Strategy = require('passport-oauth2');

/** The `code` of a {@link HiworksTransportError}: why there was no usable response. */
export type HiworksTransportCode =
  | 'timeout'
  | 'busy'
  | 'connection_failed'
  | 'too_large'
  | 'redirected'
  | 'unexpected_status'
  | 'not_json'
  | 'wrong_shape';

/** What the four error classes share. */
export interface HiworksErrorFields {
  /** Hiworks' own text, sanitized, to be shown to users; `undefined` if there was none. */
  readonly description: string | undefined;
  /** `status`, under the name that Fastify and Nest read. */
  readonly statusCode: number;
  /** `false`: the message is for the log, not for visitors (http-errors' convention). */
  readonly expose: false;
}

type ErrorClass<Args extends unknown[], E> = new (...args: Args) => E;

/**
 * Makes a passport-oauth2 error class construct native errors, which its ES5 constructors do not, with the fields that the four
 * classes share.
 */
function withNativeError<Args extends unknown[], E extends Error>(
  Base: ErrorClass<Args, E>,
): ErrorClass<Args, E & HiworksErrorFields> {
  function NativeError(this: unknown, ...args: Args): Error {
    const error = Reflect.construct(Error, [args[0]], new.target as unknown as ErrorConstructor);
    Base.apply(error, args);
    return error;
  }
  // passport-oauth2 assigns `__proto__`, which does nothing in Deno: its errors do not inherit from Error there.
  NativeError.prototype = Base.prototype instanceof Error ? Base.prototype : Error.prototype;
  return NativeError as unknown as ErrorClass<Args, E & HiworksErrorFields>;
}

function finalize(error: Error & { status: number }, name: string, description?: string): void {
  Object.assign(error, { statusCode: error.status, expose: false, description });
  defineHidden(error, 'name', name);
  // passport-oauth2's constructors capture the stack before the message is set.
  Error.captureStackTrace(error, error.constructor as () => void);
}

function defineHidden(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, enumerable: false, configurable: true, writable: true });
}

/**
 * The callback carried an error instead of an `auth_code`. Reaches the application through `next(err)`.
 *
 * `message` has the text received in the URL, sanitized and cut to 200 characters; `description` has it, for users, only if a
 * matching `state` proves that it came through Hiworks. `code` is a short word, or `'server_error'`.
 * `status` follows passport-oauth2 (500 for an unknown code). What Hiworks sends on an error is not documented.
 */
export class HiworksAuthorizationError extends withNativeError(OAuth2Strategy.AuthorizationError) {
  constructor(message: string, code: string, description?: string) {
    super(message, code);
    finalize(this, 'HiworksAuthorizationError', description);
  }
}

/**
 * Hiworks' token endpoint refused: the response's `code` was not `SUC`.
 *
 * `message` contains Hiworks' own text, `description` is this text alone, `code` is Hiworks' code as a string
 * (`'ERR'`; others are not documented), `status` is 401.
 */
export class HiworksTokenError extends withNativeError(OAuth2Strategy.TokenError) {
  constructor(message: string, code: string, description?: string) {
    super(message, code, undefined, 401);
    finalize(this, 'HiworksTokenError', description);
  }
}

/**
 * Hiworks refused `user/v2/me`: perhaps the client lacks the permission "내 정보 조회".
 *
 * `message` contains Hiworks' own text, `description` is this text alone, `code` is Hiworks' code as a string,
 * `status` is 502.
 */
export class HiworksProfileError extends withNativeError(Error as new (message: string) => Error) {
  /** Hiworks' code as a string, `'ERR'` as far as seen. */
  readonly code: string;
  /** 502: the user did nothing wrong. */
  readonly status: number = 502;

  constructor(message: string, code: string, description?: string) {
    super(message);
    this.code = code;
    finalize(this, 'HiworksProfileError', description);
  }
}

type TransportDetails = { cause?: Error | undefined; statusCode?: number | undefined };

/**
 * There was no usable response from Hiworks: no connection, no response in time, or one that cannot be trusted.
 *
 * `code` says why ({@link HiworksTransportCode}); `status` is 504 for `'timeout'`, 503 for `'busy'` and 502 otherwise;
 * `message` has what was requested and what came back, and a hint; `cause` is the network's own error, if there was one;
 * `oauthError` is the cause or an empty object, with the `statusCode` of the response if one came. The body of the
 * response is in none of them: it may hold tokens.
 */
export class HiworksTransportError extends withNativeError(OAuth2Strategy.InternalOAuthError) {
  /** Why there was no usable response. */
  readonly code: HiworksTransportCode;
  /** 504 for a timeout, 503 if it was not sent for lack of a turn, 502 otherwise. */
  readonly status: 502 | 503 | 504;

  constructor(message: string, code: HiworksTransportCode, { cause, statusCode }: TransportDetails = {}) {
    super(message, undefined);
    this.code = code;
    this.status = code === 'timeout' ? 504 : code === 'busy' ? 503 : 502;
    finalize(this, 'HiworksTransportError');
    defineHidden(this, 'oauthError', Object.assign(cause ?? {}, statusCode && { statusCode }));
    if (cause) {
      defineHidden(this, 'cause', cause);
    }
  }

  // InternalOAuthError prints the cause in place of the message.
  override toString(): string {
    return Error.prototype.toString.call(this);
  }
}

const ERRORS = [HiworksAuthorizationError, HiworksTokenError, HiworksProfileError, HiworksTransportError];

/** True for the four error classes of this package. */
export function isHiworksError(error: unknown): error is InstanceType<(typeof ERRORS)[number]> {
  return ERRORS.some((HiworksError) => error instanceof HiworksError);
}
