import type { Agent } from 'node:http';

import type OAuth2Strategy = require('passport-oauth2');

import type { HiworksAccessType } from '../options.js';
import type { HiworksAPI } from './api.js';
import type { TokenResponse } from './token-response.js';

/** The `oauth` package's `OAuth2` object that passport-oauth2 creates as `strategy._oauth2`, as far as it is used here. */
export interface OAuth2 {
  /** What `setAgent` was given. */
  _agent?: Agent | undefined;
  setAgent(agent: Agent | undefined): void;
  useAuthorizationHeaderforGET(use: boolean): void;
  getOAuthAccessToken(grant: string, params: TokenParams | undefined, callback: TokenCallback): void;
}

type TokenParams = { grant_type?: string; access_type?: HiworksAccessType };
type TokenCallback = (error?: unknown, ...tokens: Tokens) => void;

/** What a token request gave, or a stub in its place: `params` are the response's `data` without the refresh token. */
export type Tokens = Partial<[accessToken: string, refreshToken: string | undefined, params: TokenResponse['params']]>;

/** The protected `_oauth2` of a strategy. */
export function oauth2Of(strategy: OAuth2Strategy): OAuth2 {
  return (strategy as unknown as { _oauth2: OAuth2 })._oauth2;
}

/**
 * Makes the `_oauth2` of one strategy speak Hiworks' protocol: for the strategy itself, for tests and instrumentations that
 * replace `getOAuthAccessToken`, and for passport-oauth2-refresh, which copies it to an object of its own.
 */
export function adaptOAuth2(oauth2: OAuth2, api: HiworksAPI, accessType: HiworksAccessType): void {
  oauth2.getOAuthAccessToken = function (this: OAuth2 | undefined, grant, params, callback) {
    // The copy of passport-oauth2-refresh has no agent, or one of its own.
    const agent = this?._agent;
    const tokens =
      params?.grant_type === 'refresh_token'
        ? api.refresh(grant, agent)
        : api.exchangeCode(grant, params?.access_type ?? accessType, agent);
    tokens.then((response) => callback(null, response.accessToken, response.refreshToken, response.params), callback);
  };
  // The URL of a request ends up in logs.
  oauth2.useAuthorizationHeaderforGET(true);
  // An agent may hold the password of a proxy.
  for (const name of ['_agent', '_clientSecret', '_customHeaders']) {
    Object.defineProperty(oauth2, name, { enumerable: false });
  }
}
