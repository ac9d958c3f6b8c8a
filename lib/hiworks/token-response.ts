import { HiworksTokenError } from '../errors.js';
import type { HttpResponse } from '../http/client.js';
import {
  assertOK,
  isObject,
  type Json,
  type ResponseInfo,
  readIdentifier,
  readObject,
  readRefusal,
  refusalMessage,
  wrongShape,
} from './response.js';

/** What the token endpoint granted. */
export interface TokenResponse {
  accessToken: string;
  /** `undefined` if Hiworks sent none: for `online`, or on a refresh. */
  refreshToken: string | undefined;
  /** The response's `data`, without `refresh_token`. */
  params: Json;
}

/** Hiworks' numbers of the company and the user. */
export type Identity = Record<'officeNo' | 'userNo', string>;

// What an Authorization header can carry (RFC 6750 allows less, Hiworks' samples are 32 of [a-z0-9]).
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Reads the token endpoint's response (documented): `{ code: 'SUC', msg, data }` with HTTP 200 is a success.
 *
 * Throws a {@link HiworksTokenError} for any other `code` at any status, and a `HiworksTransportError` for anything
 * else. `hint` is what to try if Hiworks refuses.
 */
export function readTokenResponse(response: HttpResponse, hint: string): TokenResponse {
  const json = readObject(response);
  const { code, data } = json;
  if (code !== 'SUC') {
    const secrets = [...response.secrets, ...tokensIn(data)];
    const refusal = readRefusal({ ...response, secrets }, json);
    if (refusal) {
      throw new HiworksTokenError(refusalMessage(response, refusal, hint), refusal.code, refusal.description);
    }
  }
  assertOK(response);
  if (code !== 'SUC') {
    throw wrongShape(response, '`code` is missing or is not a string');
  }
  if (!isObject(data)) {
    throw wrongShape(response, '`data` is missing or is not an object');
  }
  const { refresh_token, ...params } = data;
  const isMissing = refresh_token === undefined || refresh_token === null || refresh_token === '';
  return {
    accessToken: readToken(response, 'access_token', data.access_token),
    refreshToken: isMissing ? undefined : readToken(response, 'refresh_token', refresh_token),
    params,
  };
}

/** Reads which user the tokens are for, from a token response's `params` (documented). */
export function readIdentity(response: ResponseInfo, { office_no, user_no }: Json): Identity {
  return {
    officeNo: readIdentifier(response, 'office_no', office_no),
    userNo: readIdentifier(response, 'user_no', user_no),
  };
}

function readToken(response: HttpResponse, name: string, value: unknown): string {
  if (typeof value !== 'string' || !TOKEN.test(value)) {
    throw wrongShape(response, `\`data.${name}\` is missing or is not a token`);
  }
  return value;
}

function tokensIn(data: unknown): string[] {
  const { access_token, refresh_token } = isObject(data) ? data : {};
  return [access_token, refresh_token].filter((token) => typeof token === 'string');
}
