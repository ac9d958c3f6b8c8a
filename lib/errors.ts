import OAuth2Strategy = require('passport-oauth2');

/** The `code` of a {@link HiworksTransportError}: why there was no usable answer. */
export type HiworksTransportCode =
  | 'timeout'
  | 'connection_failed'
  | 'too_large'
  | 'redirected'
  | 'unexpected_status'
  | 'not_json'
  | 'wrong_shape';

// passport-oauth2's error constructors take the stack before they know the message.
function finish(error: Error, name: string, above: abstract new (...args: never[]) => Error): void {
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  Error.captureStackTrace(error, above);
}

/**
 * The callback carried an error instead of an `auth_code`. Reaches the application through `next(err)`.
 *
 * `message` and `code` hold the words that came in the URL, cleaned and cut to 200 characters: anybody can write such a
 * URL, so show them with care. `status` follows passport-oauth2 (500 for an unknown code). What Hiworks sends on an
 * error is not documented.
 */
export class HiworksAuthorizationError extends OAuth2Strategy.AuthorizationError {
  constructor(message: string, code: string) {
    super(message, code);
    finish(this, 'HiworksAuthorizationError', HiworksAuthorizationError);
  }
}

/**
 * Hiworks' token endpoint refused: the answer's `code` was not `SUC`.
 *
 * `message` contains Hiworks' own words, `code` is Hiworks' code as a string (`'ERR'`; others are not documented),
 * `status` is 401.
 */
export class HiworksTokenError extends OAuth2Strategy.TokenError {
  constructor(message: string, code: string) {
    super(message, code, undefined, 401);
    finish(this, 'HiworksTokenError', HiworksTokenError);
  }
}

/**
 * Hiworks refused `user/v2/me` (with `fetchProfile: true` only): perhaps the client lacks the permission "내 정보 조회".
 *
 * `message` contains Hiworks' own words, `code` is Hiworks' code as a string, `status` is 502.
 */
export class HiworksProfileError extends Error {
  /** Hiworks' code as a string, `'ERR'` as far as seen. */
  readonly code: string;
  /** 502: the application's own user did nothing wrong. */
  readonly status: number = 502;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
    finish(this, 'HiworksProfileError', HiworksProfileError);
  }
}

/**
 * There was no usable answer from Hiworks: no connection, no answer in time, or an answer that cannot be believed.
 *
 * `code` says which ({@link HiworksTransportCode}), `status` is 504 for `'timeout'` and 502 otherwise, `message` says
 * what was asked of whom and what came back, `cause` is the network's own error where there was one. The answer's body
 * is in none of them: it may hold tokens.
 */
export class HiworksTransportError extends OAuth2Strategy.InternalOAuthError {
  /** Why there was no usable answer. */
  readonly code: HiworksTransportCode;
  /** 504 for a timeout, 502 otherwise. */
  readonly status: 502 | 504;

  constructor(message: string, code: HiworksTransportCode, cause?: Error) {
    super(message, cause);
    this.code = code;
    this.status = code === 'timeout' ? 504 : 502;
    Object.defineProperty(this, 'oauthError', { enumerable: false });
    if (cause) {
      Object.defineProperty(this, 'cause', { value: cause, configurable: true, writable: true });
    }
    finish(this, 'HiworksTransportError', HiworksTransportError);
  }

  // InternalOAuthError prints the cause in place of the message.
  override toString(): string {
    return Error.prototype.toString.call(this);
  }
}
