import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { URL, URLSearchParams } from 'node:url';

import type OAuth2Strategy = require('passport-oauth2');

import type { HiworksAccessType, Settings } from '../options.js';
import type { HiworksAPI } from './api.js';
import type { TokenResponse } from './token-response.js';

/** The `oauth` package's `OAuth2` object that passport-oauth2 makes as `strategy._oauth2`, as far as it is used here. */
export interface OAuth2 {
  _clientId: string;
  _clientSecret: string;
  _authorizeUrl: string;
  _accessTokenUrl: string;
  _customHeaders: OutgoingHttpHeaders;
  /** What `setAgent` was given. */
  _agent?: Agent | undefined;
  getAuthorizeUrl(params: object): string;
  getOAuthAccessToken(grant: string, params: TokenParams | undefined, callback: TokenCallback): void;
  _request(
    method: string,
    url: string,
    headers: OutgoingHttpHeaders | undefined,
    body: string | Buffer | undefined,
    accessToken: string | null | undefined,
    callback: DataCallback,
  ): void;
}

interface TokenParams {
  grant_type?: string;
  access_type?: HiworksAccessType;
  redirect_uri?: string | undefined;
}

type TokenCallback = (
  error?: unknown,
  accessToken?: string,
  refreshToken?: string,
  params?: TokenResponse['params'],
) => void;
type DataCallback = (error: unknown, data?: string, response?: object) => void;

/** The `_oauth2` of a strategy: protected by its type, and the one edge where requests to Hiworks are made and stubbed. */
export function oauth2Of(strategy: OAuth2Strategy): OAuth2 {
  return (strategy as unknown as { _oauth2: OAuth2 })._oauth2;
}

/**
 * Lets one strategy's `_oauth2` speak Hiworks' protocol: for the strategy itself, for passport-oauth2-refresh, which
 * copies `getOAuthAccessToken` to an object of its own, and for whoever reaches for it directly. Only this one object is
 * changed.
 */
export function adaptOAuth2(
  oauth2: OAuth2,
  api: HiworksAPI,
  { authorizationURL, accessType }: Settings,
): void {
  const authorizationPage = authorizationURL.href.replace(/[?#].*/s, '');
  Object.assign(oauth2, {
    getAuthorizeUrl(params) {
      // Not by the URL's own searchParams, which write the URL anew for each.
      const query = new URLSearchParams(authorizationURL.search);
      for (const [name, value] of Object.entries({ ...params, client_id: oauth2._clientId })) {
        if (value !== undefined && value !== null) {
          query.set(name, String(value));
        }
      }
      return `${authorizationPage}?${query}`;
    },
    getOAuthAccessToken(this: OAuth2 | undefined, grant, params, callback) {
      const agent = this?._agent;
      const tokens =
        params?.grant_type === 'refresh_token'
          ? api.refresh(grant, agent)
          : api.exchangeCode(grant, params?.access_type ?? accessType, agent);
      tokens.then((response) => {
        callback(null, response.accessToken, response.refreshToken, response.params);
      }, callback);
    },
    _request(method, url, headers, body, accessToken, callback) {
      // A token in the URL, where the `oauth` package puts it, would stand in every log on the way.
      const authorization = accessToken ? { authorization: `Bearer ${accessToken}` } : {};
      const response = (async () =>
        api.request(
          method,
          new URL(url),
          { ...authorization, ...headers },
          body ? String(body) : undefined,
        ))();
      response.then(({ status, headers, body }) => {
        callback(null, body.toString(), { statusCode: status, headers });
      }, callback);
    },
  } satisfies Partial<OAuth2>);
  // Whoever prints a strategy is not to print its secrets.
  for (const name of ['_clientSecret', '_customHeaders'] as const) {
    Object.defineProperty(oauth2, name, { enumerable: false });
  }
}
