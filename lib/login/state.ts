import type { Tokens } from '../hiworks/oauth2.js';
import type { HiworksAccessType } from '../options.js';
import type { Outcome } from '../passport/outcome.js';
import type { Request } from '../passport/request.js';

/** What identifies the login of a callback. */
export interface Callback {
  /** The authorization code, if it carries one. */
  readonly code: string | undefined;
  /** The `state` that came back. */
  readonly returned: string | undefined;
  /** The `assignProperty` of `authorize`, for a login that connects an account. */
  readonly purpose: string | undefined;
  /** Absolute, or relative to the request. */
  readonly callbackURL: string | undefined;
}

/** A login that starts. */
export interface StartedLogin extends Omit<Callback, 'code' | 'returned'> {
  readonly accessType: HiworksAccessType;
  /** What the application passed as `authenticate('hiworks', { state })`. */
  readonly state: unknown;
}

/** The login of a callback with a code. */
export interface ResumedLogin {
  readonly tokens: Promise<Tokens>;
  /** What the application passed at the start. */
  readonly state: unknown;
  /** Call once the tokens have arrived: the login is used up. */
  complete?(): void;
  /** Call once the login has ended, however it ended. */
  end?(): void;
}

/** The login of a callback with a code, or why there is none. */
export type Resumption = ResumedLogin | Outcome;

/** The login of an error response. */
export interface FailedLogin {
  readonly state: unknown;
  /** The returned `state` proves that the response came through Hiworks. */
  readonly isProven: boolean;
}

/** Requests the tokens for a code, with the access type of its login if that is known. */
export type TokenRequest = (accessType: HiworksAccessType | undefined) => Promise<Tokens>;

/** How `state` is handled: protection against login CSRF, and the application's own state. */
export interface LoginState {
  /** Remembers a login. Returns what goes out as `state`, if anything. */
  begin(req: Request, login: StartedLogin): string | undefined | Promise<string | undefined>;

  /** Finds the login of a callback with a code, and reserves it while its tokens are requested; otherwise the failure. */
  resume(req: Request, callback: Callback, requestTokens: TokenRequest): Resumption | Promise<Resumption>;

  /** Finds the login of an error response, and removes it if the user `denied` access; otherwise the failure. */
  fail(req: Request, callback: Callback, denied: boolean): FailedLogin | Outcome;

  /** True if a login under way was started at another path than this request's. */
  hasStartedElsewhere(req: Request): boolean;
}
