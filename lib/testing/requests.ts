import type OAuth2Strategy = require('passport-oauth2');

import type { IncomingMessage } from 'node:http';
import { URLSearchParams } from 'node:url';
import { parseForm } from './forms.js';

// Node's IncomingHttpHeaders, by a name that brings Node's types along: TypeScript 7 loads none by itself.
type IncomingHeaders = Parameters<OAuth2Strategy['authenticate']>[0]['headers'];

/** An endpoint whose responses `HiworksServer.fail` can script. `'sso'` is `v4/tokens`. */
export type ScriptedEndpoint = 'authorization' | 'token' | 'profile' | 'sso';

/** A request that the server received. */
export interface HiworksRequest {
  /**
   * `'signin'` and `'menu'` are the server's own pages and forms; `'unknown'` is any address that Hiworks does not
   * have.
   */
  endpoint: ScriptedEndpoint | 'signin' | 'menu' | 'unknown';
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

/** A request with its target and its parameters as they came, repeated ones included. */
export interface ReceivedRequest extends HiworksRequest {
  target: string;
  params: URLSearchParams;
  /** `undefined` if the body is not a form. */
  fields: URLSearchParams | undefined;
}

/** Where the sign-in page's form goes (an invention of this server). */
export const SIGN_IN_PATH = '/open/auth/signin';
/** Where the menu page's form goes (an invention of this server). */
export const MENU_PATH = '/menu';
/** What a menu's token is appended to (documented, as a third party paraphrased it). */
export const SSO_TOKENS_PATH = '/v4/tokens';

const ENDPOINT_BY_PATH: ReadonlyMap<string, HiworksRequest['endpoint']> = new Map([
  // Documented.
  ['/open/auth/authform', 'authorization'],
  ['/open/auth/accesstoken', 'token'],
  // Seen in clients, not documented with the login.
  ['/user/v2/me', 'profile'],
  [SIGN_IN_PATH, 'signin'],
  ['/', 'menu'],
  [MENU_PATH, 'menu'],
]);

/** Reads what Node received. `body` is the body as text. */
export function parseRequest(message: IncomingMessage, body: string): ReceivedRequest {
  const { url: target = '', method = '', headers } = message;
  const queryStart = `${target}?`.indexOf('?');
  const path = target.slice(0, queryStart);
  const params = new URLSearchParams(target.slice(queryStart));
  const fields = parseForm(headers['content-type'] ?? '', body);
  return {
    endpoint: endpointAt(path),
    method,
    path,
    query: Object.fromEntries(params),
    headers,
    body,
    form: Object.fromEntries(fields ?? []),
    target,
    params,
    fields,
  };
}

/** Whether a button of the server's own pages was pressed, and not one of another site, as far as the browser says. */
export function isButtonPress({ method, headers }: HiworksRequest): boolean {
  return method === 'POST' && (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin';
}

/** The token in a path of `v4/tokens`, still percent-encoded; `undefined` for any other path. */
export function menuToken(path: string): string | undefined {
  return /^\/v4\/tokens\/([^/]+)$/.exec(path)?.[1];
}

function endpointAt(path: string): HiworksRequest['endpoint'] {
  return ENDPOINT_BY_PATH.get(path) ?? (menuToken(path) === undefined ? 'unknown' : 'sso');
}
