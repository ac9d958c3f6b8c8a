import { type URL, URLSearchParams } from 'node:url';
import { types } from 'node:util';

import OAuth2Strategy = require('passport-oauth2');

import { HiworksAuthorizationError, isHiworksError } from '../errors.js';
import type { HiworksAPI } from '../hiworks/api.js';
import { oauth2Of, type Tokens } from '../hiworks/oauth2.js';
import { type HiworksProfile, profileOf, withUserProfile } from '../hiworks/profile.js';
import { readIdentity } from '../hiworks/token-response.js';
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
import { type CallbackError, readRequest } from './callback.js';
import type { Callback, LoginState } from './state.js';

/** What the logins of a strategy share. */
export interface Internals {
  readonly settings: HiworksSettings;
  readonly api: HiworksAPI;
  readonly state: LoginState;
  /** The strategy's `userProfile` before a subclass or an instance overrides it. */
  readonly userProfile: OAuth2Strategy['userProfile'];
}

/**
 * One request to the strategy, from its classification to its outcome: the start of a login, which redirects to Hiworks, or Hiworks'
 * authorization response, which leads through the token request and the profile to `verify`.
 */
export class Login {
  private readonly own: ReturnType<typeof readLoginOptions>;

  constructor(
    private readonly strategy: OAuth2Strategy,
    private readonly internals: Internals,
    private readonly req: Request,
    private readonly options: HiworksAuthenticateOptions,
  ) {
    this.own = readLoginOptions(options, internals.settings);
  }

  /** The outcome of the request. Throws or rejects with what goes to `error`. */
  run(): Outcome | Promise<Outcome> {
    const request = readRequest(this.req, this.own.callbackURL, this.internals.state);
    if (!('kind' in request)) {
      return request;
    }
    switch (request.kind) {
      case 'start':
        return this.authorizationRequest();
      case 'code':
        return this.authorizationResponse(request.code, request.returned);
      case 'error':
        return this.errorResponse(request.error, request.returned);
      case 'unknown':
        throw authorizationError(request.error);
    }
  }

  /** The redirect to Hiworks (RFC 6749, section 4.1.1). */
  private async authorizationRequest(): Promise<Outcome> {
    const { strategy, req, options } = this;
    const { settings, state } = this.internals;
    const { callbackURL } = this.own;
    const params: Record<string, unknown> = {
      access_type: this.own.accessType,
      ...strategy.authorizationParams(options),
      client_id: settings.clientID,
      response_type: 'code',
      redirect_uri: callbackURL && resolveCallbackURL(req, callbackURL, settings.proxy),
    };
    // A subclass may have chosen another.
    const { accessType } = readLoginOptions({ accessType: params.access_type as HiworksAccessType }, settings);
    const handle = await state.begin(req, { ...this.callback(undefined), accessType, state: options.state });
    if (handle !== undefined) {
      params.state = handle;
    }
    forbidCaching(req);
    return ['redirect', withQuery(settings.authorizationURL, params)];
  }

  /** Hiworks' redirect with a code (section 4.1.2). */
  private async authorizationResponse(code: string, returned: string | undefined): Promise<Outcome> {
    const requestTokens = (accessType = this.own.accessType) => this.tokenRequest(code, accessType);
    const resumed = this.internals.state.resume(this.req, this.callback(returned, code), requestTokens);
    const login = types.isPromise(resumed) ? await resumed : resumed;
    if (!('tokens' in login)) {
      return login;
    }
    try {
      const tokens = await login.tokens;
      login.complete?.();
      return await this.identify(tokens, code, login.state);
    } finally {
      login.end?.();
    }
  }

  /** The token request (section 4.1.3), through the method that tests stub and instrumentations wrap. */
  private tokenRequest(code: string, accessType: HiworksAccessType): Promise<Tokens> {
    const oauth2 = oauth2Of(this.strategy);
    const params = { grant_type: 'authorization_code', access_type: accessType };
    return fromCallback<Required<Tokens>>((done) => oauth2.getOAuthAccessToken(code, params, done), asTokenError);
  }

  /** The user of the tokens: by the token response, `user/v2/me` if it is read, and the application's `verify`. */
  private identify(tokens: Tokens, code: string, state: unknown): Outcome | Promise<Outcome> {
    const [accessToken, refreshToken, given] = tokens;
    const params = given ?? {};
    if (!accessToken) {
      throw new Error('Failed to obtain access token');
    }
    const { settings, api, userProfile } = this.internals;
    const response = api.tokenResponseInfo(code, accessToken, refreshToken || '');
    const identity = readIdentity(response, params);
    const { officeNo } = identity;
    if (settings.allowedOffices && !settings.allowedOffices.has(officeNo)) {
      return fail('office_not_allowed', `office ${officeNo} is not one of allowedOffices`, { state, officeNo });
    }
    const profile = profileOf(params, identity, response.secrets);
    return settings.fetchProfile || this.strategy.userProfile !== userProfile
      ? this.loadUserProfile(accessToken, profile, response.secrets).then((more) => this.verify(tokens, more, state))
      : this.verify(tokens, profile, state);
  }

  /** The profile with `user/v2/me`, or with what an overridden `userProfile` gives. */
  private async loadUserProfile(accessToken: string, profile: HiworksProfile, secrets: readonly string[]) {
    const { strategy, internals } = this;
    if (strategy.userProfile === internals.userProfile) {
      // Bypasses `userProfile()`, which cannot know every secret to redact.
      return withUserProfile(profile, await internals.api.userProfile(accessToken, secrets));
    }
    const [given] = await fromCallback<[object]>((done) => strategy.userProfile(accessToken, done));
    return { ...profile, ...given };
  }

  /** Calls the application's `verify`. */
  private verify(
    [accessToken, refreshToken, params]: Tokens,
    profile: HiworksProfile,
    state: unknown,
  ): Promise<Outcome> {
    const args = [accessToken, refreshToken || undefined, profile];
    const { _verify } = this.strategy as unknown as { _verify: AnyVerify };
    return callVerify(_verify, this.internals.settings.passReqToCallback ? [this.req, ...args] : args, params, state);
  }

  /** Hiworks' redirect with an error (section 4.1.2.1), or with what looks like one. */
  private errorResponse(error: CallbackError, returned: string | undefined): Outcome {
    const { code, description } = error;
    const denied = code === 'access_denied';
    const login = this.internals.state.fail(this.req, this.callback(returned), denied);
    if (!('isProven' in login)) {
      return login;
    }
    if (denied) {
      const text = description ? `: ${description}` : '';
      return fail('access_denied', `the user denied access at Hiworks${text}`, { state: login.state });
    }
    throw authorizationError(error, login.isProven ? description : undefined);
  }

  private callback(returned: string | undefined, code?: string): Callback {
    return { code, returned, purpose: this.options.assignProperty, callbackURL: this.own.callbackURL };
  }
}

/** The error for a callback with an error, or with nothing known: another redirect to Hiworks could be a loop. */
function authorizationError({ code, description, names }: CallbackError, shown?: string): HiworksAuthorizationError {
  const error = [code && ` (${code})`, description && `: ${description}`].filter(Boolean).join('');
  const unknown = `neither an auth_code nor an error, but ${names ? `only ${names}` : 'no parameter at all'}`;
  const hint = error
    ? 'try again later, and check the client at Hiworks'
    : 'please report this if it was a refusal or an error';
  const message = `Hiworks' callback carried ${error ? `an error${error}` : unknown} (${hint})`;
  return new HiworksAuthorizationError(message, code ?? 'server_error', shown);
}

function asTokenError(error: unknown): unknown {
  return isHiworksError(error) ? error : new OAuth2Strategy.InternalOAuthError('Failed to obtain access token', error);
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
