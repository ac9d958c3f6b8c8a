import { inspect } from 'node:util';

import OAuth2Strategy = require('passport-oauth2');

import { HiworksAuthorizationError, isHiworksError } from './errors.js';
import { HiworksAPI } from './hiworks/api.js';
import { adaptOAuth2, oauth2Of } from './hiworks/oauth2.js';
import {
  type HiworksProfile,
  type HiworksUserProfile,
  profileOf,
  withUserProfile,
} from './hiworks/profile.js';
import { readIdentity, type TokenResponse } from './hiworks/token-response.js';
import { type CallbackError, readRequest } from './login/callback.js';
import { PendingLogins } from './login/pending-logins.js';
import { type StateStore, type StateStoreMeta, storeState, verifyState } from './login/state-store.js';
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
import { conclude, fail, forOneRequest, type Outcome } from './passport/outcome.js';
import { isCrossSite, type Request, resolveCallbackURL } from './passport/request.js';
import {
  type AnyVerify,
  callVerify,
  type HiworksVerify,
  type HiworksVerifyWithParams,
  type HiworksVerifyWithRequest,
  type HiworksVerifyWithRequestAndParams,
} from './passport/verify.js';
import { promised } from './util/from-callback.js';
import { sanitize } from './util/redact.js';

/** What a refresh gives. */
export interface HiworksTokens {
  /** The new access token. Its lifetime is not documented. */
  accessToken: string;
  /** The token to refresh with next time: the new one, or the given one if Hiworks returned none. */
  refreshToken: string;
  /** Hiworks' `office_no`, the company. */
  officeNo: string;
  /** Hiworks' `user_no`, the person. */
  userNo: string;
}

/** What a strategy needs of its own, under a key that no subclass can meet by accident. */
const OWN = Symbol('passport-hiworks');

interface Own {
  readonly settings: Settings;
  readonly api: HiworksAPI;
  /** `undefined` with `store` or `state: false`. */
  readonly pendingLogins: PendingLogins | undefined;
}

/**
 * One request to the strategy, with what it takes to deal with it. A class, since V8 may take a literal's objects that outlive
 * a collection for lasting ones: with hundreds of logins at once, all that hangs on them would be collected late.
 */
class Call implements Own {
  readonly settings: Settings;
  readonly api: HiworksAPI;
  readonly pendingLogins: PendingLogins | undefined;

  constructor(
    readonly strategy: HiworksStrategy,
    readonly req: Request,
    readonly options: HiworksAuthenticateOptions,
  ) {
    const { settings, api, pendingLogins } = strategy[OWN];
    this.settings = settings;
    this.api = api;
    this.pendingLogins = pendingLogins;
  }
}

let hasWarnedOfState = false;

/**
 * The Passport strategy for the Hiworks (하이웍스) login.
 *
 * ```ts
 * passport.use(new HiworksStrategy({ clientID, clientSecret, callbackURL },
 *   (accessToken, refreshToken, profile, done) => done(null, profile)));
 * ```
 *
 * A subclass, or an instance, may override `authenticate`, `authorizationParams` (what the authorization request carries
 * beside the documented parameters) and `userProfile` (the profile beyond the token response), and may stub
 * `_oauth2.getOAuthAccessToken`. passport-oauth2's `tokenParams` and `parseErrorResponse` are not called: the token
 * request has five documented fields, and its errors are Hiworks' own.
 */
export class HiworksStrategy extends OAuth2Strategy {
  /** @internal */
  declare readonly [OWN]: Own;

  /**
   * Takes the options and `verify`, which says who the person is; see {@link HiworksVerify} for its forms, chosen by the
   * number of its parameters. Throws a `TypeError` that names the option for a wrong one.
   */
  constructor(options: HiworksStrategyOptions, verify: HiworksVerify);
  /** The same with a `verify` of five parameters: it gets the token response's `params` before the profile. */
  constructor(options: HiworksStrategyOptions, verify: HiworksVerifyWithParams);
  /** The same under `passReqToCallback: true`: `verify` gets the request first. */
  constructor(options: HiworksStrategyOptionsWithRequest, verify: HiworksVerifyWithRequest);
  /** The same under `passReqToCallback: true`, with a `verify` of six parameters: it gets the request and `params`. */
  constructor(options: HiworksStrategyOptionsWithRequest, verify: HiworksVerifyWithRequestAndParams);
  constructor(options: HiworksStrategyOptions | HiworksStrategyOptionsWithRequest, verify: AnyVerify) {
    const settings = readOptions(options);
    if (typeof verify !== 'function') {
      throw new TypeError('HiworksStrategy: `verify` must be a function');
    }
    const { clientID, clientSecret, callbackURL, customHeaders, store, state } = settings;
    const authorizationURL = settings.authorizationURL.href;
    const tokenURL = settings.tokenURL.href;
    super(
      { clientID, clientSecret, authorizationURL, tokenURL, callbackURL, customHeaders },
      verify as OAuth2Strategy.VerifyFunction,
    );
    this.name = 'hiworks';
    const oauth2 = oauth2Of(this);
    const api = new HiworksAPI(settings, () => oauth2._agent || settings.agent);
    const pendingLogins = store || !state ? undefined : new PendingLogins(settings.sessionKey, state);
    Object.defineProperty(this, OWN, { value: { settings, api, pendingLogins } satisfies Own });
    adaptOAuth2(oauth2, api, settings);
  }

  /**
   * Passport's entry point: starts a login, or finishes one if the request is Hiworks' callback. Takes the framework's
   * request and {@link HiworksAuthenticateOptions}; ends in exactly one of Passport's actions.
   */
  override authenticate(req: Request, options?: HiworksAuthenticateOptions): void {
    conclude(new Call(forOneRequest(this, OWN), req, options ?? {}), logIn);
  }

  /**
   * Reads `user/v2/me` (seen in clients, not documented) with an access token, a mobile client's perhaps, and calls `done`
   * with the profile: `id`, `displayName` and `username`, but no `officeNo`. Errors: `HiworksProfileError` if Hiworks
   * refuses, `HiworksTransportError` if there is no usable response, `TypeError` for an empty token.
   *
   * Override it to add to the profile: it is then called at every login, and what it gives wins.
   */
  override userProfile(
    accessToken: string,
    done: (error?: unknown, profile?: HiworksUserProfile | Record<string, unknown>) => void,
  ): void {
    this[OWN].api.userProfile(accessToken, []).then((profile) => done(null, profile), done);
  }

  /** The parameter of the authorization request that Hiworks' documentation names beside `client_id`. */
  override authorizationParams(options: HiworksAuthenticateOptions = {}): object {
    return { access_type: accessTypeOf(this[OWN].settings, options) };
  }

  /**
   * Gets a new access token for a refresh token. Overlapping calls with one token share one request.
   *
   * Rejects with a `TypeError` for an empty token, a `HiworksTokenError` if Hiworks refuses, and a
   * `HiworksTransportError` if there is no usable response. Documented by Hiworks, never seen run.
   */
  async refreshAccessToken(refreshToken: string): Promise<HiworksTokens> {
    const { settings, api } = this[OWN];
    const response = await api.refresh(refreshToken);
    const secrets = [settings.clientSecret, refreshToken, response.accessToken, response.refreshToken];
    return {
      accessToken: response.accessToken,
      refreshToken: response.refreshToken,
      ...readIdentity({ request: api.tokenRequestName }, response.params, secrets),
    };
  }

  /** @internal Shows no secret, whoever prints the strategy. */
  [inspect.custom](): string {
    return `${this.constructor.name} { name: '${this.name}' }`;
  }
}

function logIn(call: Call): Outcome | Promise<Outcome> {
  const step = readRequest(call.req, callbackURLOf(call));
  switch (step.kind) {
    case 'start':
      return requestAuthorization(call);
    case 'code':
      return finishLogin(call, step.code, step.state);
    case 'error':
      return refuseLogin(call, step.error, step.state);
    case 'failure':
      return step.outcome;
  }
}

async function requestAuthorization(call: Call): Promise<Outcome> {
  const { strategy, req, options, settings, pendingLogins } = call;
  const redirectURI = absoluteCallbackURL(call);
  const params: Record<string, unknown> = { access_type: accessTypeOf(settings, options) };
  Object.assign(params, strategy.authorizationParams(options), {
    response_type: 'code',
    redirect_uri: redirectURI,
  });
  const { state } = options;
  if (pendingLogins) {
    params.state = pendingLogins.add(req, {
      accessType: readAccessType(params.access_type) as HiworksAccessType,
      ...(state !== undefined && { state }),
      ...(options.assignProperty && { purpose: options.assignProperty }),
      ...(isCrossSite(req) && { elsewhere: true }),
    });
  } else if (typeof state === 'string') {
    params.state = state;
  } else if (settings.store) {
    params.state = await storeState(settings.store, req, state, metaOf(settings, redirectURI));
  }
  return ['redirect', oauth2Of(strategy).getAuthorizeUrl(params)];
}

function finishLogin(call: Call, code: string, returned: string | undefined): Outcome | Promise<Outcome> {
  if (call.pendingLogins) {
    return finishPending(call, call.pendingLogins, code, returned);
  }
  if (call.settings.store) {
    return finishStored(call, call.settings.store, code, returned);
  }
  return exchangeCode(call, code).then((tokens) => identify(call, tokens, code, undefined));
}

/** Finishes a login that is pending in the session. */
async function finishPending(
  call: Call,
  pendingLogins: PendingLogins,
  code: string,
  returned: string | undefined,
): Promise<Outcome> {
  const { req, options, settings } = call;
  // Without a pause between finding the login and taking it: the same callback may arrive twice at once.
  const login = pendingLogins.find(req, returned, options.assignProperty, code);
  if ('why' in login) {
    return fail(login.code, login.why);
  }
  try {
    const exchange = () => exchangeCode(call, code, login.accessType);
    const tokens = await pendingLogins.exchangeOnce(login, code, exchange);
    pendingLogins.remove(req, login);
    if (returned !== undefined && settings.state === 'auto') {
      warnOfReturnedState();
    }
    return await identify(call, tokens, code, login.state);
  } finally {
    pendingLogins.endExchange(login);
  }
}

/** Finishes a login that a store of the application's own knows. */
async function finishStored(
  call: Call,
  store: StateStore,
  code: string,
  returned: string | undefined,
): Promise<Outcome> {
  const meta = metaOf(call.settings, absoluteCallbackURL(call));
  const { ok, info } = await verifyState(store, call.req, returned, meta);
  if (!ok) {
    return fail('state_mismatch', 'the state store knows no login that this callback belongs to', info ?? {});
  }
  return await identify(call, await exchangeCode(call, code), code, info);
}

/** What the token request gave: `params` are the response's `data` without the refresh token. */
type Tokens = [accessToken: string, refreshToken: string | undefined, params: TokenResponse['params']];

/** The token request, through the one edge that tests stub and instrumentations wrap. */
function exchangeCode(call: Call, code: string, accessType?: HiworksAccessType): Promise<Partial<Tokens>> {
  const oauth2 = oauth2Of(call.strategy);
  const params = {
    grant_type: 'authorization_code',
    access_type: accessType ?? accessTypeOf(call.settings, call.options),
    redirect_uri: absoluteCallbackURL(call),
  };
  return promised<Tokens>((done) => oauth2.getOAuthAccessToken(code, params, done), asTokenError);
}

function asTokenError(error: unknown): unknown {
  return isHiworksError(error)
    ? error
    : new OAuth2Strategy.InternalOAuthError('Failed to obtain access token', error);
}

/** Says who the person is: by the token response, the profile, and the application's `verify`. */
function identify(
  call: Call,
  tokens: Partial<Tokens>,
  code: string,
  state: unknown,
): Outcome | Promise<Outcome> {
  const { settings, api } = call;
  const [accessToken, refreshToken, given] = tokens;
  if (!accessToken) {
    throw new Error('Failed to obtain access token');
  }
  const params = given ?? {};
  const secrets = [settings.clientSecret, code, accessToken, refreshToken ?? ''];
  const identity = readIdentity({ request: api.tokenRequestName }, params, secrets);
  const { officeNo } = identity;
  if (settings.allowedOffices && !settings.allowedOffices.has(officeNo)) {
    return fail('office_not_allowed', `office ${officeNo} is not one of allowedOffices`, { state, officeNo });
  }
  const profile = profileOf(params, identity, secrets);
  return hasMoreProfile(call)
    ? loadProfile(call, accessToken, profile, secrets).then((more) => decide(call, tokens, more, state))
    : decide(call, tokens, profile, state);
}

/** Has the application's `verify` decide. */
function decide(
  { strategy, req, settings }: Call,
  [accessToken, refreshToken, params]: Partial<Tokens>,
  profile: HiworksProfile,
  state: unknown,
): Promise<Outcome> {
  const args = [accessToken, refreshToken || undefined, profile];
  const verify = (strategy as unknown as { _verify: AnyVerify })._verify;
  return callVerify(verify, settings.passReqToCallback ? [req, ...args] : args, params, state);
}

function hasMoreProfile({ strategy, settings }: Call): boolean {
  return settings.fetchProfile || strategy.userProfile !== userProfile;
}

async function loadProfile(
  { strategy, api }: Call,
  accessToken: string,
  profile: HiworksProfile,
  secrets: readonly string[],
): Promise<HiworksProfile> {
  if (strategy.userProfile !== userProfile) {
    const [given] = await promised<[given: object]>((done) => strategy.userProfile(accessToken, done));
    return { ...profile, ...given };
  }
  // Not through the method, which knows the access token alone: the login has more to hide in Hiworks' words.
  return withUserProfile(profile, await api.userProfile(accessToken, secrets));
}

const { userProfile } = HiworksStrategy.prototype;

/** Ends the login that a callback with an error belongs to. Without one, its words may be anybody's. */
function refuseLogin(
  call: Call,
  { code, description }: CallbackError,
  returned: string | undefined,
): Outcome {
  const login = call.pendingLogins?.find(call.req, returned, call.options.assignProperty);
  if (login && 'why' in login) {
    return fail(login.code, login.why);
  }
  const words = [code && ` (${code})`, description && `: ${description}`].join('');
  if (code === 'access_denied') {
    return fail('access_denied', `the person refused at Hiworks${words}`, { state: login?.state });
  }
  const what = words ? `an error${words}` : 'neither an auth_code nor an error';
  const message = sanitize(`Hiworks' callback carried ${what}`) as string;
  throw new HiworksAuthorizationError(message, code ?? 'server_error', description);
}

function accessTypeOf(settings: Settings, options: HiworksAuthenticateOptions): HiworksAccessType {
  return readAccessType(options.accessType) ?? settings.accessType;
}

function callbackURLOf({ options, settings }: Call): string | undefined {
  return readCallbackURL(options.callbackURL) ?? settings.callbackURL;
}

function absoluteCallbackURL(call: Call): string | undefined {
  const callbackURL = callbackURLOf(call);
  return callbackURL && resolveCallbackURL(call.req, callbackURL, call.settings.proxy);
}

function metaOf(
  { authorizationURL, tokenURL, clientID }: Settings,
  callbackURL: string | undefined,
): StateStoreMeta {
  return { authorizationURL: authorizationURL.href, tokenURL: tokenURL.href, clientID, callbackURL };
}

function warnOfReturnedState(): void {
  if (!hasWarnedOfState) {
    hasWarnedOfState = true;
    process.emitWarning(
      'Hiworks returned `state` with a callback: you may set state: true, which then protects every login in full',
      { code: 'HIWORKS_STATE_RETURNED' },
    );
  }
}
