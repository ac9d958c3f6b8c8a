import { URL, type URLSearchParams } from 'node:url';
import { invalidValue, RefusedRequest } from './refusal.js';
import type { HiworksUser } from './users.js';

/** What an application requests when it sends a browser to Hiworks. */
export interface AuthorizationRequest {
  accessType: string;
  state: string | undefined;
  redirectURI: string | undefined;
}

/** What an application requests at the token endpoint. `credential` is the code or the refresh token. */
export interface TokenForm {
  grantType: string;
  accessType: string;
  credential: string;
}

/** The parameters of the authorization request that the sign-in page hands on. */
export const AUTHORIZATION_PARAMETERS = ['client_id', 'access_type', 'state', 'redirect_uri'];

const ACCESS_TYPES = ['online', 'offline'];

/**
 * Reads the parameters of an authorization request. `client_id` and `access_type` are documented; `redirect_uri` and
 * `response_type=code` are seen in clients, not documented; others are ignored. Throws a `RefusedRequest`.
 */
export function readAuthorization(params: URLSearchParams, clientID: string): AuthorizationRequest {
  if (required(params, 'client_id') !== clientID) {
    throw invalidValue('client_id');
  }
  const accessType = required(params, 'access_type');
  if (!ACCESS_TYPES.includes(accessType)) {
    throw invalidValue('access_type');
  }
  const responseType = single(params, 'response_type');
  if (responseType !== undefined && responseType !== 'code') {
    throw invalidValue('response_type');
  }
  return { accessType, state: single(params, 'state'), redirectURI: single(params, 'redirect_uri') };
}

/**
 * Reads a token request's form: exactly the documented fields, each once. `code` and `redirect_uri` in addition to an
 * `auth_code` are tolerated (seen in a client, not documented). Throws a `RefusedRequest` that names the field.
 */
export function readTokenForm(form: URLSearchParams, client: { clientID: string; clientSecret: string }): TokenForm {
  const grantType = required(form, 'grant_type');
  const isRefresh = grantType === 'refresh_token';
  if (!isRefresh && grantType !== 'authorization_code') {
    throw invalidValue('grant_type');
  }
  const credentialField = isRefresh ? 'refresh_token' : 'auth_code';
  const fields = ['client_id', 'client_secret', 'grant_type', 'access_type', credentialField];
  for (const name of form.keys()) {
    const isTolerated = !isRefresh && (name === 'code' || name === 'redirect_uri');
    if (!fields.includes(name) && !isTolerated) {
      throw new RefusedRequest(`알 수 없는 항목입니다: ${name}`);
    }
  }
  if (required(form, 'client_id') !== client.clientID) {
    throw invalidValue('client_id');
  }
  if (required(form, 'client_secret') !== client.clientSecret) {
    throw invalidValue('client_secret');
  }
  const accessType = required(form, 'access_type');
  const isAccessTypeKnown = isRefresh ? accessType === 'offline' : ACCESS_TYPES.includes(accessType);
  if (!isAccessTypeKnown) {
    throw invalidValue('access_type');
  }
  return { grantType, accessType, credential: required(form, credentialField) };
}

/** The user whose button was pressed. Throws a `RefusedRequest`. */
export function chosenUser(fields: URLSearchParams | undefined, users: readonly HiworksUser[]): HiworksUser {
  const userNo = required(fields, 'user_no');
  const user = users.find((user) => user.userNo === userNo);
  if (user === undefined) {
    throw invalidValue('user_no');
  }
  return user;
}

/** The one non-empty value of a parameter. Throws a `RefusedRequest` if it is missing, empty or repeated. */
function required(params: URLSearchParams | undefined, name: string): string {
  const value = single(params, name);
  if (value === undefined || value === '') {
    throw new RefusedRequest(`필수 항목이 없습니다: ${name}`);
  }
  return value;
}

/** The one value of a parameter, if there is one. Throws a `RefusedRequest` if it is repeated. */
function single(params: URLSearchParams | undefined, name: string): string | undefined {
  const values = params?.getAll(name) ?? [];
  if (values.length > 1) {
    throw new RefusedRequest(`항목이 중복되었습니다: ${name}`);
  }
  return values[0];
}

/** The URL, its own query kept, with these parameters behind it. */
export function appendQuery(address: string, query: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.append(name, value);
  }
  return url.href;
}
