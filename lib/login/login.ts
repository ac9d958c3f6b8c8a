import type { URL } from 'node:url';

import OAuth2Strategy = require('passport-oauth2');

import { HiworksAuthorizationError, isHiworksError } from '../errors.js';
import type { HiworksAPI } from '../hiworks/api.js';
import { oauth2Of } from '../hiworks/oauth2.js';
import { type HiworksProfile, profileOf, withUserProfile } from '../hiworks/profile.js';
import { readIdentity, type TokenResponse } from '../hiworks/token-response.js';
import {
  type HiworksAccessType,
  type HiworksAuthenticateOptions,
  type HiworksSettings,
  readLoginOptions,
} from '../options.js';
import { fail, type Outcome } from '../passport/outcome.js';
import { forbidCaching, type Request, resolveCallbackURL } from '../passport/request.js';
import { type AnyVerify, callVerify } from '../passport/verify.js';
import { fromCallback } from '../util/from-callback.js';
import { sanitize } from '../util/redact.js';
import { type CallbackError, readRequest } from './callback.js';
import type { Callback, LoginState } from './state.js';

/** The parts of a strategy that its logins share. */
export interface Internals {
  readonly settings: HiworksSettings;
  readonly api: HiworksAPI;
  readonly state: LoginState;
}

/** A strategy for one request, with the hooks that a subclass may override. */
export interface LoginStrategy extends OAuth2Strategy {
  authorizationParams(options: HiworksAuthenticateOptions): object;
  // biome-ignore lint/suspicious/noExplicitAny: the application's own profile
  userProfile(accessToken: string, done: (error?: unknown, profile?: any) => void): void;
}

/** What the token request gave: `params` are the response's `data` without the refresh token. */
type Tokens = [accessToken: string, refreshToken: string | undefined, params: TokenResponse['params']];

/**
 * One request to the strategy, from what it is to its outcome: the start of a login, which redirects to Hiworks, or Hiworks'
 * authorization response, which leads through the token request, the profile and `verify`.
 */
export class Login {
  private readonly settings: HiworksSettings;
  private readonly api: HiworksAPI;
  private readonly state: LoginState;
  private readonly accessType: HiworksAccessType;
  private readonly callbackURL: string | undefined;

  constructor(
    private readonly strategy: LoginStrategy,
    { settings, api, state }: Internals,
    private readonly ownUserProfile: LoginStrategy['userProfile'],
    private readonly req: Request,
    private readonly options: HiworksAuthenticateOptions,
  ) {
    this.settings = settings;
    this.api = api;
    this.state = state;
    const { accessType, callbackURL } = readLoginOptions(options, settings);
    this.accessType = accessType;
    this.callbackURL = callbackURL;
  }

  /** The outcome of the request. Throws or rejects with what goes to `error`. */
  run(): Outcome | Promise<Outcome> {
    const request = readRequest(this.req, this.callbackURL, () => this.state.hasStartedElsewhere(this.req));
    switch (request.kind) {
      case 'start':
        return this.authorizationRequest();
      case 'code':
        return this.authorizationResponse(request.code, request.returned);
      case 'error':
        return this.errorResponse(request.error, request.returned);
      case 'unknown':
        return this.unknownResponse(request.names);
      case 'failure':
        return request.outcome;
    }
  }

  /** The redirect to Hiworks (RFC 6749, section 4.1.1). */
  private async authorizationRequest(): Promise<Outcome> {
    const { strategy, req, options, accessType, settings } = this;
    const redirectURI = this.redirectURI();
    const params: Record<string, unknown> = {
      access_type: accessType,
      ...strategy.authorizationParams(options),
      client_id: settings.clientID,
      response_type: 'code',
      redirect_uri: redirectURI,
    };
    const state = await this.state.begin(req, {
      accessType: readLoginOptions({ accessType: params.access_type as HiworksAccessType }, settings)
        .accessType,
      state: options.state,
      purpose: options.assignProperty,
      redirectURI,
    });
    forbidCaching(req);
    return [
      'redirect',
      withQuery(settings.authorizationURL, state === undefined ? params : { ...params, state }),
    ];
  }

  /** Hiworks' redirect with a code (section 4.1.2). */
  private async authorizationResponse(code: string, returned: string | undefined): Promise<Outcome> {
    const login = await this.state.resume(this.req, this.callback(returned), (accessType) =>
      this.tokenRequest(code, accessType ?? this.accessType),
    );
    if ('failure' in login) {
      return fail(login.failure, login.reason, login.info);
    }
    try {
      return await this.identify(login.tokens, code, login.state);
    } finally {
      login.end?.();
    }
  }

  /** The token request (section 4.1.3), through the method that tests stub and instrumentations wrap. */
  private tokenRequest(code: string, accessType: HiworksAccessType): Promise<Partial<Tokens>> {
    const oauth2 = oauth2Of(this.strategy);
    const params = { grant_type: 'authorization_code', access_type: accessType };
    return fromCallback<Tokens>((done) => oauth2.getOAuthAccessToken(code, params, done), asTokenError);
  }

  /** The user of the tokens: by the token response, `user/v2/me` if it is read, and the application's `verify`. */
  private identify(tokens: Partial<Tokens>, code: string, state: unknown): Outcome | Promise<Outcome> {
    const [accessToken, refreshToken, params = {}] = tokens;
    if (!accessToken) {
      throw new Error('Failed to obtain access token');
    }
    const response = this.api.tokenResponseInfo(code, accessToken, refreshToken);
    const identity = readIdentity(response, params);
    const { officeNo } = identity;
    const { allowedOffices } = this.settings;
    if (allowedOffices && !allowedOffices.has(officeNo)) {
      return fail('office_not_allowed', `office ${officeNo} is not one of allowedOffices`, {
        state,
        officeNo,
      });
    }
    const profile = profileOf(params, identity, response.secrets);
    return this.needsUserProfile()
      ? this.userProfile(accessToken, profile, response.secrets).then((more) =>
          this.verify(tokens, more, state),
        )
      : this.verify(tokens, profile, state);
  }

  private needsUserProfile(): boolean {
    return this.settings.fetchProfile || this.strategy.userProfile !== this.ownUserProfile;
  }

  /** The profile with `user/v2/me`, or with what an overridden `userProfile` gives. */
  private async userProfile(
    accessToken: string,
    profile: HiworksProfile,
    secrets: readonly string[],
  ): Promise<HiworksProfile> {
    const { strategy, api, ownUserProfile } = this;
    if (strategy.userProfile === ownUserProfile) {
      // Bypasses `userProfile()`, which cannot know every secret to redact.
      return withUserProfile(profile, await api.userProfile(accessToken, secrets));
    }
    const [given] = await fromCallback<[object]>((done) => strategy.userProfile(accessToken, done));
    return { ...profile, ...given };
  }

  /** Calls the application's `verify`. */
  private verify(
    [accessToken, refreshToken, params]: Partial<Tokens>,
    profile: HiworksProfile,
    state: unknown,
  ): Promise<Outcome> {
    const args = [accessToken, refreshToken || undefined, profile];
    const verify = (this.strategy as unknown as { _verify: AnyVerify })._verify;
    return callVerify(verify, this.settings.passReqToCallback ? [this.req, ...args] : args, params, state);
  }

  /** Hiworks' redirect with an error (section 4.1.2.1), or with what looks like one. */
  private errorResponse({ code, description }: CallbackError, returned: string | undefined): Outcome {
    const denied = code === 'access_denied';
    const login = this.state.fail(this.req, this.callback(returned), denied);
    if ('failure' in login) {
      return fail(login.failure, login.reason);
    }
    const text = description ? `: ${description}` : '';
    if (denied) {
      return fail('access_denied', `the user denied access at Hiworks${text}`, { state: login.state });
    }
    const what =
      code || description ? `an error${code ? ` (${code})` : ''}` : 'neither an auth_code nor an error';
    const message = sanitize(`Hiworks' callback carried ${what}${text}`) as string;
    throw new HiworksAuthorizationError(
      message,
      code ?? 'server_error',
      login.isProven ? description : undefined,
    );
  }

  /** A callback that carries nothing known, while a login is under way: a new redirect would be the start of a loop. */
  private unknownResponse(names: string): never {
    const what = names ? `none of the known parameters, but ${names}` : 'no parameter at all';
    throw new HiworksAuthorizationError(
      `Hiworks' callback carried ${what} (if it was a refusal or an error, please report these names)`,
      'server_error',
    );
  }

  private callback(returned: string | undefined): Callback {
    return { returned, purpose: this.options.assignProperty, redirectURI: () => this.redirectURI() };
  }

  private redirectURI(): string | undefined {
    return this.callbackURL && resolveCallbackURL(this.req, this.callbackURL, this.settings.proxy);
  }
}

function asTokenError(error: unknown): unknown {
  return isHiworksError(error)
    ? error
    : new OAuth2Strategy.InternalOAuthError('Failed to obtain access token', error);
}

/** The URL with parameters that replace its own of the same name. */
function withQuery(url: URL, params: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null) {
      query.set(name, String(value));
    }
  }
  return `${url.origin}${url.pathname}?${query}`;
}
