import type { HiworksAccessType } from '../options.js';
import type { HiworksFailureCode } from '../passport/outcome.js';
import type { Request } from '../passport/request.js';

/** A login that starts. */
export interface StartedLogin {
  readonly accessType: HiworksAccessType;
  /** What the application passed as `authenticate('hiworks', { state })`. */
  readonly state: unknown;
  /** The `assignProperty` of `authorize`, for a login that connects an account. */
  readonly purpose: string | undefined;
  /** The absolute callback URL, if there is one. */
  readonly redirectURI: string | undefined;
}

/** A callback of Hiworks: the authorization response. */
export interface Callback {
  /** The `state` that came back. */
  readonly returned: string | undefined;
  readonly purpose: string | undefined;
  /** Makes the callback URL absolute. Throws if the request has no valid host. */
  redirectURI(): string | undefined;
}

/** The login that a callback belongs to. */
export interface ResumedLogin<Tokens> {
  readonly tokens: Tokens;
  /** What the application passed at the start. */
  readonly state: unknown;
  /** To be called when the login has its outcome. */
  readonly end?: () => void;
}

/** The login that an error response belongs to. */
export interface FailedLogin {
  readonly state: unknown;
  /** The returned `state` proves that the response came through Hiworks. */
  readonly isProven: boolean;
}

/** Why a callback belongs to no login. */
export interface NoLogin {
  readonly failure: HiworksFailureCode;
  readonly reason: string;
  readonly info?: object;
}

/** Requests the tokens for a code, with the access type of its login if that is known. */
export type TokenRequest<Tokens> = (accessType: HiworksAccessType | undefined) => Promise<Tokens>;

/** What is behind the `state` parameter: protection against login CSRF, and the application's own state. */
export interface LoginState {
  /** Remembers a login. Returns what goes out as `state`, if anything. */
  begin(req: Request, login: StartedLogin): string | undefined | Promise<string | undefined>;

  /** Finds the login of a callback with a code, and reserves it while its tokens are requested. */
  resume<Tokens>(
    req: Request,
    callback: Callback,
    requestTokens: TokenRequest<Tokens>,
  ): Promise<ResumedLogin<Tokens> | NoLogin>;

  /** Finds the login of an error response, and removes it if the user `denied` access. */
  fail(req: Request, callback: Callback, denied: boolean): FailedLogin | NoLogin;

  /** True if a login under way was started at another path than this request's. */
  hasStartedElsewhere(req: Request): boolean;
}
