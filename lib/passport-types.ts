import type passport = require('passport');

import type { HiworksAuthenticateOptions } from './options.js';
import type { HiworksStrategy } from './strategy.js';

type Name = `hiworks${string}`;
type Hiworks = Name | HiworksStrategy;

/** What an application does with the outcome itself, in place of Passport: `info` has `message` or `state`. */
type HiworksCallback = (
  // biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
  error: any,
  user?: Parameters<passport.AuthenticateCallback>[1],
  info?: passport.StrategyFailure,
  status?: number,
) => unknown;

// For callbacks whose parameters have types of the application's own, as in Passport's types.
// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyCallback = (...outcome: any[]) => unknown;

// Passport's own types know `state` as a string only, and neither `accessType` nor `callbackURL`.
declare module 'passport' {
  interface Authenticator<InitializeRet, AuthenticateRet, AuthorizeRet, AuthorizeOptions> {
    /** Authenticates with a {@link HiworksStrategy}, given itself or by a name that begins with `hiworks`. */
    authenticate(strategy: Hiworks, callback: HiworksCallback): AuthenticateRet;
    authenticate(strategy: Hiworks, options: HiworksAuthenticateOptions, callback?: HiworksCallback): AuthenticateRet;
    authenticate(strategy: Hiworks, options: HiworksAuthenticateOptions, callback: AnyCallback): AuthenticateRet;
    /** Connects a Hiworks account to the user who is already signed in. */
    authorize(strategy: Name, options: HiworksAuthenticateOptions, callback?: HiworksCallback): AuthorizeRet;
    authorize(strategy: Name, options: HiworksAuthenticateOptions, callback: AnyCallback): AuthorizeRet;
  }
}
