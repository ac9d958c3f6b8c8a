import type http = require('node:http');

import type { URL } from 'node:url';

import type passport = require('passport');

import type { StateStore } from './login/state-store.js';
import { OptionReader, parse, wrong } from './util/option-reader.js';

/** `'offline'` to receive a refresh token, `'online'` otherwise (documented by Hiworks). */
export type HiworksAccessType = 'online' | 'offline';

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
   * The `office_no` of the company, or of the companies, whose people may sign in. Default, only if the key is not
   * given at all: everyone. An unset environment variable is a `TypeError`.
   */
  allowedOffices?: string | readonly string[] | undefined;
  /** Login-CSRF protection: `true`, `'auto'` (default) or `false`. Whether Hiworks returns `state` is not documented. */
  state?: boolean | 'auto' | undefined;
  /** A state store of your own, as in passport-oauth2; takes the place of `state`. */
  store?: StateStore | undefined;
  /**
   * Milliseconds for one whole exchange with Hiworks, waiting (at most half of it), connecting and reading included.
   * Default 10000.
   */
  timeout?: number | undefined;
  /**
   * For every request to Hiworks, refreshes included: a proxy agent, say. Default: a keep-alive pool of its own, which
   * follows `NODE_USE_ENV_PROXY` and the certificate authorities of `https.globalAgent`.
   */
  agent?: http.Agent | undefined;
  /**
   * Where all three endpoints are: a fake Hiworks, or a gateway; a path in it stands before theirs. Default
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
  /** Headers for every request to Hiworks, as in passport-oauth2. */
  customHeaders?: http.OutgoingHttpHeaders | undefined;
  /** `true` trusts `X-Forwarded-Proto` and `X-Forwarded-Host` when a relative `callbackURL` is resolved. */
  proxy?: boolean | undefined;
  /** The session's key for pending logins. Default: made of the client id and the callback URL. */
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
  /** Kept in the session while the person is at Hiworks; comes back as `info.state`. */
  state?: string | object | undefined;
}

/** The options as the strategy uses them: checked, with every default in its place. */
export interface Settings {
  readonly clientID: string;
  readonly clientSecret: string;
  readonly callbackURL: string | undefined;
  readonly accessType: HiworksAccessType;
  readonly fetchProfile: boolean;
  readonly allowedOffices: ReadonlySet<string> | undefined;
  readonly state: boolean | 'auto';
  readonly store: StateStore | undefined;
  readonly timeout: number;
  readonly agent: http.Agent | undefined;
  readonly authorizationURL: URL;
  readonly tokenURL: URL;
  readonly userProfileURL: URL;
  readonly passReqToCallback: boolean;
  readonly customHeaders: http.OutgoingHttpHeaders;
  readonly proxy: boolean;
  readonly sessionKey: string;
}

const OPTIONS: readonly (keyof HiworksStrategyOptions)[] = [
  'clientID',
  'clientSecret',
  'callbackURL',
  'accessType',
  'fetchProfile',
  'allowedOffices',
  'state',
  'store',
  'timeout',
  'agent',
  'baseURL',
  'authorizationURL',
  'tokenURL',
  'userProfileURL',
  'passReqToCallback',
  'customHeaders',
  'proxy',
  'sessionKey',
];

// Options of passport-oauth2 that mean nothing here, and why.
const MEANINGLESS: Readonly<Record<string, string>> = {
  scope: 'Hiworks has no scopes: permissions are ticked when the client is registered',
  scopeSeparator: 'Hiworks has no scopes: permissions are ticked when the client is registered',
  pkce: 'as far as is known, Hiworks does not support PKCE',
  skipUserProfile: '`user/v2/me` is read only with `fetchProfile: true`',
};

/** Checks `options` and fills in the defaults. Throws a `TypeError` that names the first wrong option. */
export function readOptions(options: HiworksStrategyOptions | HiworksStrategyOptionsWithRequest): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('HiworksStrategy: `options` must be an object with `clientID` and `clientSecret`');
  }
  const read = new OptionReader('HiworksStrategy', options, OPTIONS, MEANINGLESS);
  const clientID = read.credential('clientID');
  const callbackURL = readCallbackURL(read.value('callbackURL'));
  const baseURL = read.url('baseURL', 'https://api.hiworks.com');
  return {
    clientID,
    clientSecret: read.credential('clientSecret'),
    callbackURL,
    accessType: readAccessType(read.value('accessType')) ?? 'online',
    fetchProfile: read.flag('fetchProfile'),
    allowedOffices: readOffices(read.value('allowedOffices'), 'allowedOffices' in options),
    state: readState(read.value('state')),
    store: readStore(read.value('store')),
    timeout: read.timeout('timeout'),
    agent: read.agent('agent'),
    authorizationURL: read.url('authorizationURL', under(baseURL, '/open/auth/authform')),
    tokenURL: read.url('tokenURL', under(baseURL, '/open/auth/accesstoken')),
    userProfileURL: read.url('userProfileURL', under(baseURL, '/user/v2/me')),
    passReqToCallback: read.flag('passReqToCallback'),
    customHeaders: read.headers('customHeaders'),
    proxy: read.flag('proxy'),
    sessionKey: readSessionKey(read.value('sessionKey')) ?? ['hiworks', clientID, callbackURL].join(':'),
  };
}

/** Checks an `accessType`; `undefined` stays. Throws a `TypeError` for anything else than the two documented values. */
export function readAccessType(value: unknown): HiworksAccessType | undefined {
  return value === undefined || value === 'online' || value === 'offline'
    ? value
    : wrong('HiworksStrategy', 'accessType', "'online' or 'offline'", value);
}

/** Checks a `callbackURL`; `undefined` stays. Throws a `TypeError` for what no browser can be sent back to. */
export function readCallbackURL(value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'string' || value === '' || value.trim() !== value) {
    return wrong('HiworksStrategy', 'callbackURL', 'a URL, or a path relative to the request', value);
  }
  if (!parse(value, 'http://localhost')?.protocol.match(/^https?:/)) {
    const expected = 'an http: or https: URL, or a path relative to the request';
    return wrong('HiworksStrategy', 'callbackURL', expected, value);
  }
  return value;
}

function readOffices(value: unknown, isGiven: boolean): ReadonlySet<string> | undefined {
  if (!isGiven) {
    return undefined;
  }
  const offices: unknown[] = Array.isArray(value) ? value : [value];
  if (
    offices.length === 0 ||
    !offices.every((office) => typeof office === 'string' && /^[^\s,]+$/.test(office))
  ) {
    const expected =
      'an office_no, or a non-empty array of them, as strings without spaces or commas (is its environment variable ' +
      'set?)';
    return wrong('HiworksStrategy', 'allowedOffices', expected, value);
  }
  return new Set(offices as string[]);
}

function readState(value: unknown): boolean | 'auto' {
  return value === undefined || value === 'auto' || typeof value === 'boolean'
    ? (value ?? 'auto')
    : wrong('HiworksStrategy', 'state', "true, 'auto' or false", value);
}

function readStore(value: unknown): StateStore | undefined {
  const store = value as StateStore | null | undefined;
  return store === undefined || (typeof store?.store === 'function' && typeof store.verify === 'function')
    ? store
    : wrong('HiworksStrategy', 'store', 'an object with the functions `store` and `verify`', value);
}

function readSessionKey(value: unknown): string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '')
    ? value
    : wrong('HiworksStrategy', 'sessionKey', 'a non-empty string', value);
}

function under(baseURL: URL, path: string): string {
  return baseURL.origin + baseURL.pathname.replace(/\/$/, '') + path;
}
