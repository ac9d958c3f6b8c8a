import http = require('node:http');

import type passport = require('passport');

import type { StateStore } from './state.js';

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
  /** The `office_no` of the company, or of the companies, whose people may sign in. Default: everyone. */
  allowedOffices?: string | readonly string[] | undefined;
  /** Login-CSRF protection: `true`, `'auto'` (default) or `false`. Whether Hiworks returns `state` is not documented. */
  state?: boolean | 'auto' | undefined;
  /** A state store of your own, as in passport-oauth2; takes the place of `state`. */
  store?: StateStore | undefined;
  /** Milliseconds for one whole exchange with Hiworks, waiting, connecting and reading included. Default 10000. */
  timeout?: number | undefined;
  /** For every request to Hiworks, refreshes included: a proxy agent, say. Default: a keep-alive agent of its own. */
  agent?: http.Agent | undefined;
  /** Default `https://api.hiworks.com/open/auth/authform` (documented). */
  authorizationURL?: string | undefined;
  /** Default `https://api.hiworks.com/open/auth/accesstoken` (documented). */
  tokenURL?: string | undefined;
  /** Default `https://api.hiworks.com/user/v2/me` (seen in clients, not documented). */
  userProfileURL?: string | undefined;
  /** `true` hands the request to `verify` as its first argument: see {@link HiworksStrategyOptionsWithRequest}. */
  passReqToCallback?: false | undefined;
  /** Headers for every request to Hiworks, as in passport-oauth2. */
  customHeaders?: http.OutgoingHttpHeaders | undefined;
  /** `true` believes `X-Forwarded-Proto` and `X-Forwarded-Host` when a relative `callbackURL` is resolved. */
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

const HIWORKS = 'https://api.hiworks.com';
const LONGEST_TIMER = 2 ** 31 - 1;
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Checks `options` and fills in the defaults. Throws a `TypeError` that names the first wrong option. */
export function readOptions(options: HiworksStrategyOptions | HiworksStrategyOptionsWithRequest): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('HiworksStrategy: `options` must be an object with `clientID` and `clientSecret`');
  }
  const clientID = credential('clientID', options.clientID);
  const callbackURL = readCallbackURL(options.callbackURL);
  return {
    clientID,
    clientSecret: credential('clientSecret', options.clientSecret),
    callbackURL,
    accessType: readAccessType(options.accessType) ?? 'online',
    fetchProfile: flag('fetchProfile', options.fetchProfile),
    allowedOffices: readOffices(options.allowedOffices),
    state: readState(options.state),
    store: readStore(options.store),
    timeout: readTimeout(options.timeout),
    agent: readAgent(options.agent),
    authorizationURL: endpoint('authorizationURL', options.authorizationURL, '/open/auth/authform'),
    tokenURL: endpoint('tokenURL', options.tokenURL, '/open/auth/accesstoken'),
    userProfileURL: endpoint('userProfileURL', options.userProfileURL, '/user/v2/me'),
    passReqToCallback: flag('passReqToCallback', options.passReqToCallback),
    customHeaders: readHeaders(options.customHeaders),
    proxy: flag('proxy', options.proxy),
    sessionKey: readSessionKey(options.sessionKey) ?? ['hiworks', clientID, callbackURL].join(':'),
  };
}

/** Checks an `accessType`; `undefined` stays. Throws a `TypeError` for anything else than the two documented values. */
export function readAccessType(value: unknown): HiworksAccessType | undefined {
  return value === undefined || value === 'online' || value === 'offline'
    ? value
    : wrong('accessType', "'online' or 'offline'", value);
}

// Says what is wrong with an option without printing a value that may be a secret.
function wrong(option: string, expected: string, value: unknown): never {
  const got = typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value;
  throw new TypeError(`HiworksStrategy: \`${option}\` must be ${expected}, but is ${got}`);
}

function credential(option: string, value: unknown): string {
  if (typeof value !== 'string') {
    return wrong(option, 'a non-empty string (is its environment variable set?)', value);
  }
  if (value === '' || value.trim() !== value || /\p{C}/u.test(value)) {
    throw new TypeError(
      `HiworksStrategy: \`${option}\` must be a non-empty string without line breaks or spaces around it`,
    );
  }
  return value;
}

function flag(option: string, value: unknown): boolean {
  return value === undefined || typeof value === 'boolean'
    ? value === true
    : wrong(option, 'true or false', value);
}

/** Checks a `callbackURL`; `undefined` stays. Throws a `TypeError` for what no browser can be sent back to. */
export function readCallbackURL(value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'string' || value === '' || value.trim() !== value) {
    return wrong('callbackURL', 'a URL, or a path relative to the request', value);
  }
  if (!/^https?:$/.test(parse(value, 'http://localhost')?.protocol ?? '')) {
    return wrong('callbackURL', 'an http: or https: URL, or a path relative to the request', value);
  }
  return value;
}

function readOffices(value: unknown): ReadonlySet<string> | undefined {
  if (value === undefined) {
    return undefined;
  }
  const offices: unknown[] = Array.isArray(value) ? value : [value];
  if (offices.length === 0 || !offices.every((office) => typeof office === 'string' && office !== '')) {
    return wrong('allowedOffices', 'an office_no, or a non-empty array of them, as strings', value);
  }
  return new Set(offices as string[]);
}

function readState(value: unknown): boolean | 'auto' {
  return value === undefined || value === 'auto' || typeof value === 'boolean'
    ? (value ?? 'auto')
    : wrong('state', "true, 'auto' or false", value);
}

function readStore(value: unknown): StateStore | undefined {
  const store = value as StateStore | null | undefined;
  return store === undefined || (typeof store?.store === 'function' && typeof store.verify === 'function')
    ? store
    : wrong('store', 'an object with the functions `store` and `verify`', value);
}

function readTimeout(value: unknown): number {
  if (value === undefined) {
    return 10_000;
  }
  return typeof value === 'number' && value > 0 && value <= LONGEST_TIMER
    ? value
    : wrong('timeout', `a number of milliseconds from 1 to ${LONGEST_TIMER}`, value);
}

function readAgent(value: unknown): http.Agent | undefined {
  const agent = value as { addRequest?: unknown } | null | undefined;
  return agent === undefined || typeof agent?.addRequest === 'function'
    ? (agent as http.Agent | undefined)
    : wrong('agent', 'an http.Agent or https.Agent', value);
}

function endpoint(option: string, value: unknown, path: string): URL {
  if (value === undefined) {
    return new URL(path, HIWORKS);
  }
  const url = typeof value === 'string' ? parse(value) : undefined;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!url || !secure || url.username || url.password) {
    throw new TypeError(
      `HiworksStrategy: \`${option}\` must be an https: URL without credentials (http: for a loopback host only)`,
    );
  }
  url.hash = '';
  return url;
}

function readHeaders(value: unknown): http.OutgoingHttpHeaders {
  if (value === undefined) {
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('customHeaders', 'an object of header names and values', value);
  }
  const headers: http.OutgoingHttpHeaders = {};
  for (const [name, content] of Object.entries(value)) {
    try {
      http.validateHeaderName(name);
      http.validateHeaderValue(name, content);
    } catch {
      throw new TypeError(`HiworksStrategy: \`customHeaders\` has a wrong header, ${JSON.stringify(name)}`);
    }
    headers[name.toLowerCase()] = content;
  }
  return headers;
}

function readSessionKey(value: unknown): string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '')
    ? value
    : wrong('sessionKey', 'a non-empty string', value);
}

function parse(url: string, base?: string): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}
