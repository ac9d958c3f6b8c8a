import type http = require('node:http');

import { URL } from 'node:url';

import type passport = require('passport');

import {
  agent,
  type Check,
  type Checked,
  checkOption,
  credential,
  endpointURL,
  flag,
  headers,
  ifGiven,
  nonEmptyString,
  objectWith,
  oneOf,
  optional,
  parseURL,
  readOptions,
  timeout,
  withDefault,
} from './util/checks.js';
import { isPrintable } from './util/printable.js';

/** `'offline'` to receive a refresh token, `'online'` otherwise (documented by Hiworks). */
export type HiworksAccessType = 'online' | 'offline';

/** A state store as in passport-oauth2; the number of parameters decides what each method is called with. */
export interface StateStore {
  store(...args: never[]): void;
  verify(...args: never[]): void;
}

/** What `new HiworksStrategy(options, verify)` takes. */
export interface HiworksStrategyOptions {
  /** The client id that Hiworks issued. Required. */
  clientID: string | undefined;
  /** The client secret that Hiworks issued. Required; sent to the token endpoint only, in the body. */
  clientSecret: string | undefined;
  /**
   * Where Hiworks sends the browser back: the URL registered for the client, absolute, or relative to the request.
   * Goes out as `redirect_uri`, which Hiworks' documentation does not mention and one shipped client sent; without it
   * Hiworks uses the registered one.
   */
  callbackURL?: string | undefined;
  /** Default `'online'`. `authenticate('hiworks', { accessType })` overrides it for one login. */
  accessType?: HiworksAccessType | undefined;
  /** `true` also reads `user/v2/me` (seen in clients, not documented), for `displayName` and `username`. Default `false`. */
  fetchProfile?: boolean | undefined;
  /**
   * The `office_no` of the company, or of the companies, whose users may sign in. Everyone may only if the key is not
   * given at all: an unset environment variable is a `TypeError`.
   */
  allowedOffices?: string | readonly string[] | undefined;
  /** Login-CSRF protection: `true`, `'auto'` (default) or `false`. Whether Hiworks returns `state` is not documented. */
  state?: boolean | 'auto' | undefined;
  /** A custom state store, as in passport-oauth2; replaces `state`. */
  store?: StateStore | undefined;
  /**
   * Milliseconds for one whole exchange with Hiworks, connecting and reading included; at most half of it is spent
   * waiting for a turn. Default 10000.
   */
  timeout?: number | undefined;
  /**
   * For every request to Hiworks, refreshes included: a proxy agent, say. Default: Node's current global agent, so that
   * environment proxies and certificate authorities apply as they do to every other request of the process.
   */
  agent?: http.Agent | undefined;
  /**
   * Where all three endpoints are: a fake Hiworks, or a gateway; its path is a prefix of theirs. Default
   * `https://api.hiworks.com`.
   */
  baseURL?: string | undefined;
  /** Default `/open/auth/authform` under `baseURL` (documented). */
  authorizationURL?: string | undefined;
  /** Default `/open/auth/accesstoken` under `baseURL` (documented). */
  tokenURL?: string | undefined;
  /** Default `/user/v2/me` under `baseURL` (seen in clients, not documented). */
  userProfileURL?: string | undefined;
  /** `true` hands the request to `verify` as its first argument: see {@link HiworksStrategyOptionsWithRequest}. */
  passReqToCallback?: false | undefined;
  /** Headers for every request to Hiworks, as in passport-oauth2; none that frame the message (`Content-Length`, …). */
  customHeaders?: http.OutgoingHttpHeaders | undefined;
  /** `true` trusts `X-Forwarded-Proto` and `X-Forwarded-Host` when a relative `callbackURL` is resolved. */
  proxy?: boolean | undefined;
  /** The session key for pending logins. Default: derived from the client id and the callback URL. */
  sessionKey?: string | undefined;
}

/** The options of a strategy whose `verify` gets the request as its first argument. */
export interface HiworksStrategyOptionsWithRequest extends Omit<HiworksStrategyOptions, 'passReqToCallback'> {
  /** `verify` gets the request as its first argument. */
  passReqToCallback: true;
}

/** What `passport.authenticate('hiworks', options)` takes: Passport's own options and these. */
export interface HiworksAuthenticateOptions extends Omit<passport.AuthenticateOptions, 'state'> {
  /**
   * Overrides the strategy's `accessType` for one login. The pending login in the session carries it to the token
   * request; without a session, give the callback route the same value.
   */
  accessType?: HiworksAccessType | undefined;
  /** Overrides the strategy's `callbackURL` for one login. */
  callbackURL?: string | undefined;
  /** Kept in the session during the login, as JSON of at most 1 KB; comes back as `info.state`. */
  state?: string | object | undefined;
}

const BASE_URL = 'https://api.hiworks.com';
const TOKEN_PATH = '/open/auth/accesstoken';
const USER_PROFILE_PATH = '/user/v2/me';

/** The documented token endpoint. */
export const TOKEN_URL = BASE_URL + TOKEN_PATH;
/** Seen in clients, not documented. */
export const USER_PROFILE_URL = BASE_URL + USER_PROFILE_PATH;

/**
 * The parameters of Hiworks' callback: `auth_code` is documented. What an error carries is not, so these are read; others are
 * reported by name.
 */
export const CALLBACK_PARAMETERS = [
  'auth_code',
  'state',
  'error',
  'error_description',
  'error_msg',
  'msg',
  'message',
  'code',
] as const;

const knownAccessType = oneOf<HiworksAccessType>('online', 'offline');

// Tested before it is parsed: a host without a protocol reads as a path, or as a protocol.
const WITHOUT_PROTOCOL =
  /^([\p{L}\p{N}_-]+\.)+[\p{L}\p{N}_-]+(:\d+)?([/?]|$)|^localhost([:/?]|$)|^\[|^[/\\]{2}|^https?:(?!\/\/)/iu;

const webURL: Check<string> = (value, invalid) => {
  if (!isPrintable(value) || /\s/.test(value)) {
    return invalid('a URL, or a path relative to the request');
  }
  if (WITHOUT_PROTOCOL.test(value)) {
    return invalid('absolute with its protocol (https://…), or a path that begins with /');
  }
  const url = parseURL(value, 'http://localhost');
  if (!url || !/^https?:$/.test(url.protocol)) {
    return invalid('an http: or https: URL, or a path relative to the request');
  }
  if (url.username || url.password) {
    return invalid('a URL without credentials');
  }
  if (value.includes('#')) {
    return invalid('a URL without a fragment, which no server receives');
  }
  const taken = CALLBACK_PARAMETERS.find((name) => url.searchParams.has(name));
  return taken ? invalid(`a URL without the parameter \`${taken}\`, which Hiworks' callback uses`) : value;
};

const offices: Check<ReadonlySet<string>> = (value, invalid) => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((office) => typeof office === 'string' && /^[^\s,]+$/.test(office))
    ? new Set(list as string[])
    : invalid('an office_no, or a non-empty array of them, as strings without spaces or commas');
};

const OWNER = 'HiworksStrategy';

const CHECKS = {
  clientID: credential,
  clientSecret: credential,
  callbackURL: optional(webURL),
  accessType: withDefault<HiworksAccessType>('online', knownAccessType),
  fetchProfile: flag,
  allowedOffices: ifGiven(offices),
  state: withDefault<boolean | 'auto'>('auto', oneOf<boolean | 'auto'>(true, 'auto', false)),
  store: optional(objectWith<StateStore>('an object with the methods `store` and `verify`', 'store', 'verify')),
  timeout,
  agent,
  baseURL: withDefault(new URL(BASE_URL), endpointURL),
  authorizationURL: optional(endpointURL),
  tokenURL: optional(endpointURL),
  userProfileURL: optional(endpointURL),
  passReqToCallback: flag,
  customHeaders: headers,
  proxy: flag,
  sessionKey: optional(nonEmptyString),
};

const NO_SCOPES = 'Hiworks has no scopes: permissions are chosen when the client is registered';

// Options of passport-oauth2 that have no meaning here.
const UNSUPPORTED = {
  scope: NO_SCOPES,
  scopeSeparator: NO_SCOPES,
  pkce: 'as far as is known, Hiworks does not support PKCE',
  skipUserProfile: '`user/v2/me` is read only with `fetchProfile: true`',
};

type Endpoints = 'authorizationURL' | 'tokenURL' | 'userProfileURL';

/** The options as the strategy uses them: checked, with every default filled in. */
export type HiworksSettings = Omit<Checked<typeof CHECKS>, Endpoints | 'sessionKey'> &
  Readonly<Record<Endpoints, URL> & { sessionKey: string }>;

/** Checks the options and fills in the defaults. Throws a `TypeError` that names the first invalid option. */
export function readStrategyOptions(options: object): HiworksSettings {
  const checked = readOptions(OWNER, options, CHECKS, UNSUPPORTED);
  const { clientID, callbackURL, baseURL } = checked;
  const base = baseURL.origin + baseURL.pathname.replace(/\/$/, '');
  return {
    ...checked,
    authorizationURL: checked.authorizationURL ?? new URL(`${base}/open/auth/authform`),
    tokenURL: checked.tokenURL ?? new URL(base + TOKEN_PATH),
    userProfileURL: checked.userProfileURL ?? new URL(base + USER_PROFILE_PATH),
    sessionKey: checked.sessionKey ?? ['hiworks', clientID, callbackURL].join(':'),
  };
}

/** Checks the options of one `authenticate` call that override the strategy's. Throws a `TypeError` for an invalid one. */
export function readLoginOptions(
  { accessType, callbackURL }: HiworksAuthenticateOptions,
  settings: HiworksSettings,
): Pick<HiworksSettings, 'accessType' | 'callbackURL'> {
  return {
    accessType:
      accessType === undefined ? settings.accessType : checkOption(OWNER, 'accessType', accessType, knownAccessType),
    callbackURL:
      callbackURL === undefined ? settings.callbackURL : checkOption(OWNER, 'callbackURL', callbackURL, webURL),
  };
}
