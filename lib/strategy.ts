import OAuth2Strategy = require('passport-oauth2');

import { type Arrival, readArrival, resolveCallbackURL } from './callback.js';
import { HiworksClient } from './client.js';
import { adaptOAuth2 } from './oauth2.js';
import {
  type HiworksAccessType,
  type HiworksAuthenticateOptions,
  type HiworksStrategyOptions,
  type HiworksStrategyOptionsWithRequest,
  readAccessType,
  readCallbackURL,
  readOptions,
  type Settings,
} from './options.js';
import { buildProfile } from './profile.js';
import { askStore, type LoginNote, PendingLogins, type StateStore } from './state.js';
import {
  askVerify,
  type HiworksVerify,
  type HiworksVerifyWithParams,
  type HiworksVerifyWithRequest,
  type HiworksVerifyWithRequestAndParams,
} from './verify.js';

// biome-ignore lint/suspicious/noExplicitAny: every framework has a request type of its own
type Request = any;
type Outcome = ['success', user: unknown, info: unknown] | ['fail', info: unknown, status?: number];

// Passport takes an error that is falsy for none, and goes on.
const NO_REASON = 'Hiworks login: something in the application threw or rejected without saying why';

/** What a refresh gives. */
export interface HiworksTokens {
  /** The new access token. Its lifetime is not documented. */
  accessToken: string;
  /** The token to refresh with next time: the new one, or the given one where Hiworks returned none. */
  refreshToken: string;
  /** Hiworks' `office_no`, the company. */
  officeNo: string;
  /** Hiworks' `user_no`, the person. */
  userNo: string;
}

/**
 * The Passport strategy for the Hiworks (하이웍스) login.
 *
 * ```ts
 * passport.use(new HiworksStrategy({ clientID, clientSecret, callbackURL },
 *   (accessToken, refreshToken, profile, done) => done(null, profile)));
 * ```
 */
export class HiworksStrategy extends OAuth2Strategy {
  /** @internal */
  declare readonly _settings: Settings;
  /** @internal */
  declare readonly _client: HiworksClient;
  /** @internal */
  declare readonly _stateStore: StateStore;
  /** @internal */
  declare readonly _shared: this;
  /** @internal */
  declare readonly _verify: HiworksVerify;

  /**
   * Takes the options and `verify`, which says who the person is; see {@link HiworksVerify} for its forms, chosen by the
   * number of its parameters. Throws a `TypeError` that names the option for a wrong one.
   */
  constructor(options: HiworksStrategyOptions, verify: HiworksVerify);
  /** The same with a `verify` of five parameters: it gets the token answer's `params` before the profile. */
  constructor(options: HiworksStrategyOptions, verify: HiworksVerifyWithParams);
  /** The same under `passReqToCallback: true`: `verify` gets the request first. */
  constructor(options: HiworksStrategyOptionsWithRequest, verify: HiworksVerifyWithRequest);
  /** The same under `passReqToCallback: true`, with a `verify` of six parameters: it gets the request and `params`. */
  constructor(options: HiworksStrategyOptionsWithRequest, verify: HiworksVerifyWithRequestAndParams);
  // biome-ignore lint/suspicious/noExplicitAny: the overloads above are what callers see
  constructor(options: HiworksStrategyOptions | HiworksStrategyOptionsWithRequest, verify: any) {
    const settings = readOptions(options);
    if (typeof verify !== 'function') {
      throw new TypeError('HiworksStrategy: `verify` must be a function');
    }
    const { clientID, clientSecret, state, sessionKey } = settings;
    const store = settings.store ?? (state ? new PendingLogins(sessionKey, state) : undefined);
    super(
      {
        clientID,
        clientSecret,
        authorizationURL: settings.authorizationURL.href,
        tokenURL: settings.tokenURL.href,
        callbackURL: settings.callbackURL,
        customHeaders: settings.customHeaders,
        proxy: settings.proxy,
        sessionKey,
        store: store as OAuth2Strategy.StateStore,
      },
      verify,
    );
    this.name = 'hiworks';
    this._settings = settings;
    this._client = new HiworksClient(settings);
    this._shared = this;
    adaptOAuth2(this._oauth2, this._client, settings.accessType);
  }

  /**
   * Passport's entry point: starts a login, or finishes one where the request is Hiworks' callback. Takes the
   * framework's request and {@link HiworksAuthenticateOptions}; ends in exactly one of Passport's actions.
   */
  override authenticate(req: Request, options?: HiworksAuthenticateOptions): void {
    const login = this._forOneRequest();
    let arrival: Arrival;
    try {
      arrival = readArrival(req);
    } catch (error) {
      login.error(error || new Error(NO_REASON));
      return;
    }
    switch (arrival.kind) {
      case 'start':
        login._start(req, options ?? {});
        break;
      case 'code':
        login._finish(req, options ?? {}, arrival).then(
          // Out of the promise: what the application throws in an action is not for us to catch.
          ([action, what, how]) => process.nextTick(() => login[action](what as object, how as never)),
          (error) => process.nextTick(() => login.error(error || new Error(NO_REASON))),
        );
        break;
      case 'failure':
        login.fail({ message: arrival.message }, arrival.status);
        break;
      case 'error':
        login.error(arrival.error);
    }
  }

  /**
   * Gets a new access token for a refresh token. Overlapping calls with one token share one request.
   *
   * Rejects with a `TypeError` for an empty token, a `HiworksTokenError` where Hiworks refuses, and a
   * `HiworksTransportError` where there is no usable answer. Documented by Hiworks, never seen run.
   */
  async refreshAccessToken(refreshToken: string): Promise<HiworksTokens> {
    const answer = await this._client.refresh(refreshToken);
    return {
      accessToken: answer.accessToken,
      refreshToken: answer.refreshToken as string,
      officeNo: answer.officeNo,
      userNo: answer.userNo,
    };
  }

  /** The parameter of the authorization request that Hiworks' documentation names beside `client_id`. */
  override authorizationParams(options: HiworksAuthenticateOptions = {}): object {
    return { access_type: this._accessType(options) };
  }

  // Given an instance, Passport writes every request's actions onto that one object: they are taken off it at once.
  private _forOneRequest(): this {
    const { success, fail, redirect, pass, error } = this;
    return Object.assign(Object.create(this._shared), { success, fail, redirect, pass, error });
  }

  private _start(req: Request, options: HiworksAuthenticateOptions): void {
    // passport-oauth2 acts once more for every further answer of a store, and for whatever an action throws: the first
    // action counts, and is taken after passport-oauth2 has returned, so that the framework sees what it throws.
    const { redirect, error } = this;
    let act: (() => void) | undefined;
    let returned = false;
    const first = (action: () => void) => {
      if (!act) {
        act = action;
        if (returned) {
          act();
        }
      }
    };
    this.redirect = (url) => first(() => redirect.call(this, url));
    this.error = (reason) => first(() => error.call(this, reason || new Error(NO_REASON)));
    this._requestAuthorization(req, options);
    returned = true;
    act?.();
  }

  private _requestAuthorization(req: Request, options: HiworksAuthenticateOptions): void {
    try {
      const accessType = this._accessType(options);
      const { state } = options;
      super.authenticate(req, {
        ...options,
        accessType,
        callbackURL: this._absoluteCallbackURL(req, options),
        // Our own store is handed a note of the login; a string would not reach any store.
        state: this._stateStore instanceof PendingLogins ? { accessType, state } : state,
        scope: undefined,
      });
    } catch (error) {
      this.error(error);
    }
  }

  private async _finish(
    req: Request,
    options: HiworksAuthenticateOptions,
    { code, state }: { code: string; state: string | undefined },
  ): Promise<Outcome> {
    const { allowedOffices, fetchProfile, clientSecret, passReqToCallback } = this._settings;

    const { ok, held } = await askStore(this._stateStore, req, state, () => this._meta(req, options));
    if (!ok) {
      return ['fail', held, 403];
    }
    const login: Partial<LoginNote> =
      this._stateStore instanceof PendingLogins ? { ...(held as LoginNote) } : { state: held };

    const answer = await this._client.exchangeCode(code, login.accessType ?? this._accessType(options));
    const { accessToken, refreshToken, params, officeNo } = answer;

    if (allowedOffices && !allowedOffices.has(officeNo)) {
      return [
        'fail',
        { message: `Hiworks login refused: office ${officeNo} is not one of allowedOffices` },
        403,
      ];
    }

    const secrets = [clientSecret, code, accessToken, refreshToken ?? ''];
    const me = fetchProfile ? await this._client.me(accessToken, secrets) : undefined;
    const profile = buildProfile(answer, me, secrets);

    const leading = passReqToCallback ? [req, accessToken, refreshToken] : [accessToken, refreshToken];
    const { user, info } = await askVerify(this._verify, leading, params, profile);
    return user ? ['success', user, withState(info, login.state)] : ['fail', info];
  }

  private _accessType(options: HiworksAuthenticateOptions): HiworksAccessType {
    return readAccessType(options.accessType) ?? this._settings.accessType;
  }

  private _absoluteCallbackURL(req: Request, options: HiworksAuthenticateOptions): string | undefined {
    const callbackURL = readCallbackURL(options.callbackURL) ?? this._settings.callbackURL;
    return callbackURL && resolveCallbackURL(req, callbackURL, this._settings.proxy);
  }

  // What passport-oauth2 tells a state store about the login.
  private _meta(req: Request, options: HiworksAuthenticateOptions): object {
    const { clientID, authorizationURL, tokenURL } = this._settings;
    const callbackURL = this._absoluteCallbackURL(req, options);
    return { authorizationURL: authorizationURL.href, tokenURL: tokenURL.href, clientID, callbackURL };
  }
}

function withState(info: unknown, state: unknown): unknown {
  if (state === undefined) {
    return info ?? {};
  }
  return typeof info === 'string' ? { message: info, state } : { ...(info as object | undefined), state };
}
