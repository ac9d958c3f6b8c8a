import { inspect } from 'node:util';

import OAuth2Strategy = require('passport-oauth2');

import { HiworksAPI } from './hiworks/api.js';
import { adaptOAuth2, oauth2Of } from './hiworks/oauth2.js';
import type { HiworksUserProfile } from './hiworks/profile.js';
import { readIdentity } from './hiworks/token-response.js';
import { CustomStore } from './login/custom-store.js';
import { type Internals, Login } from './login/login.js';
import { NoState } from './login/no-state.js';
import { SessionState } from './login/session-state.js';
import type { LoginState } from './login/state.js';
import {
  type HiworksAuthenticateOptions,
  type HiworksSettings,
  type HiworksStrategyOptions,
  type HiworksStrategyOptionsWithRequest,
  readLoginOptions,
  readStrategyOptions,
} from './options.js';
import { deliver, forOneRequest } from './passport/outcome.js';
import type { Request } from './passport/request.js';
import type { AnyVerify } from './passport/verify.js';
import type {
  HiworksVerify,
  HiworksVerifyWithParams,
  HiworksVerifyWithRequest,
  HiworksVerifyWithRequestAndParams,
} from './verify.js';

/** The result of `refreshAccessToken()`. */
export interface HiworksTokens {
  /** The new access token. Its lifetime is not documented. */
  accessToken: string;
  /** The refresh token to use next time: a new one, or the given one if Hiworks returned none. */
  refreshToken: string;
  /** Hiworks' `office_no`, the company. */
  officeNo: string;
  /** Hiworks' `user_no`, the user. */
  userNo: string;
}

/** Internal state, keyed by a symbol so that subclasses cannot collide with it. */
const INTERNALS = Symbol('passport-hiworks');

/**
 * The Passport strategy for the Hiworks (하이웍스) login.
 *
 * ```ts
 * passport.use(new HiworksStrategy({ clientID, clientSecret, callbackURL },
 *   (accessToken, refreshToken, profile, done) => done(null, profile)));
 * ```
 *
 * A subclass or an instance may override `authenticate`, `authorizationParams` (further parameters of the authorization
 * request) and `userProfile` (the profile beyond the token response), and may stub `_oauth2.getOAuthAccessToken`.
 * passport-oauth2's `tokenParams` and `parseErrorResponse` are not called: the token request has five documented fields, and
 * its errors are Hiworks' own.
 */
export class HiworksStrategy extends OAuth2Strategy {
  /** The class itself, as in other strategies. */
  static override readonly Strategy: typeof HiworksStrategy = HiworksStrategy;
  /** @internal */
  declare readonly [INTERNALS]: Internals;

  /**
   * Takes the options and `verify`; see {@link HiworksVerify} for its forms, chosen by the number of its parameters. Throws a
   * `TypeError` that names an invalid option.
   */
  constructor(options: HiworksStrategyOptions, verify: HiworksVerify);
  /** With a `verify` of five parameters, which gets the token response's `params` before the profile. */
  constructor(options: HiworksStrategyOptions, verify: HiworksVerifyWithParams);
  /** With `passReqToCallback: true`: `verify` gets the request first. */
  constructor(options: HiworksStrategyOptionsWithRequest, verify: HiworksVerifyWithRequest);
  /** With `passReqToCallback: true` and a `verify` of six parameters, which gets the request and `params`. */
  constructor(options: HiworksStrategyOptionsWithRequest, verify: HiworksVerifyWithRequestAndParams);
  constructor(options: HiworksStrategyOptions | HiworksStrategyOptionsWithRequest, verify: AnyVerify) {
    const settings = readStrategyOptions(options);
    if (typeof verify !== 'function') {
      throw new TypeError('HiworksStrategy: `verify` must be a function');
    }
    super(
      {
        clientID: settings.clientID,
        clientSecret: settings.clientSecret,
        authorizationURL: settings.authorizationURL.href,
        tokenURL: settings.tokenURL.href,
        callbackURL: settings.callbackURL,
        customHeaders: settings.customHeaders,
        // Without it, passport-oauth2 calls the deprecated url.parse().
        sessionKey: settings.sessionKey,
      },
      verify as OAuth2Strategy.VerifyFunction,
    );
    this.name = 'hiworks';
    const oauth2 = oauth2Of(this);
    const api = new HiworksAPI(settings, () => oauth2._agent);
    const internals: Internals = { settings, api, state: createLoginState(settings), userProfile };
    Object.defineProperty(this, INTERNALS, { value: internals });
    oauth2.setAgent(settings.agent);
    adaptOAuth2(oauth2, api, settings.accessType);
  }

  /**
   * Passport's entry point: starts a login, or finishes one if the request is Hiworks' callback. Takes the framework's
   * request and {@link HiworksAuthenticateOptions}; ends in exactly one of Passport's actions.
   */
  override authenticate(req: Request, options?: HiworksAuthenticateOptions): void {
    const strategy = forOneRequest(this, INTERNALS);
    deliver(strategy, req, () => new Login(strategy, this[INTERNALS], req, options ?? {}).run());
  }

  /**
   * Reads `user/v2/me` (seen in clients, not documented) and calls `done` with the profile: `id`, `displayName` and `username`,
   * but no `officeNo`. Errors: `HiworksProfileError` if Hiworks refuses, `HiworksTransportError` if there is no usable
   * response, `TypeError` for an empty token.
   *
   * Never sign in a user by an access token that this server did not obtain itself, such as one that a mobile client sends: it
   * may have been issued to another application. Override the method to add to the profile: it is then called at every
   * login, and what it gives wins.
   */
  override userProfile(
    accessToken: string,
    done: (error?: unknown, profile?: HiworksUserProfile | Record<string, unknown>) => void,
  ): void {
    this[INTERNALS].api.userProfile(accessToken).then((profile) => done(null, profile), done);
  }

  /** The parameter of the authorization request that Hiworks documents in addition to `client_id`. */
  override authorizationParams(options: HiworksAuthenticateOptions = {}): object {
    return { access_type: readLoginOptions(options, this[INTERNALS].settings).accessType };
  }

  /**
   * Gets a new access token for a refresh token. Overlapping calls with one token share one request.
   *
   * Rejects with a `TypeError` for an empty token, a `HiworksTokenError` if Hiworks refuses, and a
   * `HiworksTransportError` if there is no usable response. Documented by Hiworks, never seen run.
   */
  async refreshAccessToken(refreshToken: string): Promise<HiworksTokens> {
    const { api } = this[INTERNALS];
    const response = await api.refresh(refreshToken);
    const { accessToken, params } = response;
    const info = api.tokenResponseInfo(refreshToken, accessToken, response.refreshToken);
    return { accessToken, refreshToken: response.refreshToken, ...readIdentity(info, params) };
  }

  /** @internal Shows no secret. */
  [inspect.custom](): string {
    return `${this.constructor.name} { name: '${this.name}' }`;
  }
}

const { userProfile } = HiworksStrategy.prototype;

function createLoginState(settings: HiworksSettings): LoginState {
  const withoutStore = settings.state ? new SessionState(settings.sessionKey, settings.state) : new NoState();
  return settings.store ? new CustomStore(settings) : withoutStore;
}
