import type OAuth2Strategy = require('passport-oauth2');

import type { URLSearchParams } from 'node:url';

// Node's IncomingHttpHeaders, by a name that brings Node's types along: TypeScript 7 loads none by itself.
type IncomingHeaders = Parameters<OAuth2Strategy['authenticate']>[0]['headers'];

/** An endpoint whose responses `HiworksServer.fail` can script. `'sso'` is `v4/tokens`. */
export type HiworksFailureEndpoint = 'authorization' | 'token' | 'profile' | 'sso';

/** A request that the server was sent. */
export interface HiworksRequest {
  /**
   * `'signin'` and `'menu'` are the server's own pages and forms; `'unknown'` is any address that Hiworks does not
   * have.
   */
  endpoint: HiworksFailureEndpoint | 'signin' | 'menu' | 'unknown';
  /** The HTTP method, e.g. `POST`. */
  method: string;
  /** The path without the query, e.g. `/open/auth/accesstoken`. */
  path: string;
  /** The query's parameters; of a repeated one the last. */
  query: Record<string, string>;
  /** The headers, their names in lower case. */
  headers: IncomingHeaders;
  /** The body as text. */
  body: string;
  /** The body's fields if it is a form, urlencoded or multipart; of a repeated one the last. */
  form: Record<string, string>;
}

/** A request together with its target and its parameters as they came, repeated ones included. */
export interface Call extends HiworksRequest {
  target: string;
  params: URLSearchParams;
  fields: URLSearchParams | undefined;
}

/** Where the sign-in page's form goes (an invention of this server). */
export const SIGN_IN_PATH = '/open/auth/signin';
/** Where the menu page's form goes (an invention of this server). */
export const MENU_PATH = '/menu';
/** What a menu's token is appended to (documented, as a third party paraphrased it). */
export const SSO_TOKENS_PATH = '/v4/tokens';

const ENDPOINTS: ReadonlyMap<string, HiworksRequest['endpoint']> = new Map([
  // Documented.
  ['/open/auth/authform', 'authorization'],
  ['/open/auth/accesstoken', 'token'],
  // Seen in clients, not documented with the login.
  ['/user/v2/me', 'profile'],
  [SIGN_IN_PATH, 'signin'],
  ['/', 'menu'],
  [MENU_PATH, 'menu'],
]);

/** The endpoint at a path. */
export function endpointAt(path: string): HiworksRequest['endpoint'] {
  return ENDPOINTS.get(path) ?? (menuToken(path) === undefined ? 'unknown' : 'sso');
}

/** The token in a path of `v4/tokens`, still percent-encoded; `undefined` for any other path. */
export function menuToken(path: string): string | undefined {
  return /^\/v4\/tokens\/([^/]+)$/.exec(path)?.[1];
}
