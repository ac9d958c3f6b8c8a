import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { URL } from 'node:url';

import { HiworksTokenError } from '../errors.js';
import { headerValues, requestHeaders } from '../hiworks/headers.js';
import {
  assertOK,
  clean,
  isObject,
  type Json,
  type Refusal,
  readIdentifier,
  readObject,
  readRefusal,
  readText,
  refusalMessage,
  wrongShape,
} from '../hiworks/response.js';
import { createEndpoint, HttpClient, type HttpResponse } from '../http/client.js';
import { omitSecrets } from '../util/redact.js';

/** Where a menu's token is looked up (documented, as paraphrased by a third party). */
export const MENU_TOKENS_URL = 'https://link-api.hiworks.com/v4/tokens';

/** A user sent by a Hiworks menu. Contains no token. Which company the user belongs to is not known. */
export interface HiworksSSOProfile {
  provider: 'hiworks-sso';
  /** The stable user number, the same as `userNo`: find known users by it. */
  id: string;
  /**
   * Hiworks' `user-no` (documented, as paraphrased). Whether it is the `user_no` of the OAuth login, and whether it is unique
   * among all companies, is not known.
   */
  userNo: string;
  /** Hiworks' `user-id`, unique inside one company only (every company has its `admin`): never a key. */
  username?: string;
  /** Hiworks' `user-name`. */
  displayName?: string;
  /** Hiworks' `employee-no`, the company's own number. */
  employeeNo?: string;
  /** `_json` as text. */
  _raw: string;
  /** The four fields under Hiworks' names, as strings. */
  _json: Record<string, unknown>;
}

/** The endpoint that says which user a menu's token is for. */
export class MenuTokenAPI {
  private readonly http: HttpClient;

  /** `timeout` is in milliseconds, for one whole exchange. */
  constructor(
    private readonly settings: {
      readonly tokensURL: URL;
      readonly timeout: number;
      readonly agent: Agent | undefined;
      readonly customHeaders: OutgoingHttpHeaders;
    },
  ) {
    this.http = new HttpClient(settings.timeout);
  }

  /** The raw response for a token. The token is percent-encoded, so that it stays one segment of the path. */
  request(token: string): Promise<HttpResponse> {
    const { tokensURL, agent, customHeaders } = this.settings;
    const path = tokensURL.pathname.replace(/\/$/, '');
    const url = new URL(tokensURL);
    url.pathname = `${path}/${encodeURIComponent(token)}`;
    const isDocumented = tokensURL.href === MENU_TOKENS_URL;
    return this.http.send({
      endpoint: createEndpoint('GET', url, isDocumented, `${tokensURL.origin}${path}/{token}`),
      agent,
      headers: requestHeaders(customHeaders, { 'content-type': 'application/json' }),
      secrets: [token, ...headerValues(customHeaders)],
    });
  }

  /** The user whose token it is; see {@link readMenuToken}. */
  user(token: string): Promise<HiworksSSOProfile> {
    return this.request(token).then(readMenuToken);
  }
}

/** True for a token with a part that is `.` or `..`: a gateway that decodes it would request another path. */
export function hasDotSegment(token: string): boolean {
  const decoded = token.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  // Some servers take `..;x` for `..`.
  return decoded.split(/[/\\]/).some((part) => /^\.{1,2}(;.*)?$/s.test(part));
}

/**
 * Reads the response of `v4/tokens/{token}` (documented, as paraphrased; never seen run): the user at the root, in `data` or in
 * `data.attributes`, since where is not known.
 *
 * Throws a {@link HiworksTokenError} for an object with a `code` other than `SUC` and no user, or with `errors` at a status
 * below 500, and a `HiworksTransportError` for any other response without a user.
 */
export function readMenuToken(response: HttpResponse): HiworksSSOProfile {
  const json = readObject(response);
  const user = findUser(json);
  const refusal = readErrors(response, json) ?? (user ? undefined : readRefusal(response, json));
  if (refusal) {
    const hint = 'open the menu at Hiworks again: a token may be good only once, and for a short time';
    throw new HiworksTokenError(refusalMessage(response, refusal, hint), refusal.code, refusal.description);
  }
  assertOK(response);
  if (!user) {
    throw wrongShape(response, `there is no \`user-no\`; its members are ${memberNames(response, json)}`);
  }
  const userNo = readIdentifier(response, 'user-no', user['user-no']);
  const username = readText(response, user['user-id']);
  const displayName = readText(response, user['user-name']);
  const employeeNo = readText(response, user['employee-no']);
  const fields = {
    'user-no': userNo,
    ...(username !== undefined && { 'user-id': username }),
    ...(displayName !== undefined && { 'user-name': displayName }),
    ...(employeeNo !== undefined && { 'employee-no': employeeNo }),
  };
  const _json = omitSecrets(fields, response.secrets);
  return {
    provider: 'hiworks-sso',
    id: userNo,
    userNo,
    ...(username !== undefined && { username }),
    ...(displayName !== undefined && { displayName }),
    ...(employeeNo !== undefined && { employeeNo }),
    _raw: JSON.stringify(_json),
    _json,
  };
}

/** The objects in which Hiworks may put the user, by their paths. */
function places(json: Json): (readonly [path: string, place: Json])[] {
  const data = isObject(json.data) ? json.data : {};
  const attributes = isObject(data.attributes) ? data.attributes : {};
  return [
    ['', json],
    ['data.', data],
    ['data.attributes.', attributes],
  ];
}

function findUser(json: Json): Json | undefined {
  const isPresent = (value: unknown) => value !== undefined && value !== null && value !== '';
  return places(json).find(([, place]) => isPresent(place['user-no']))?.[1];
}

function memberNames({ secrets }: HttpResponse, json: Json): string {
  const names = places(json).flatMap(([path, place]) => Object.keys(place).map((name) => path + name));
  return clean(names.join(', '), secrets) ?? 'none';
}

// JSON:API's form, recorded on Hiworks' newer hosts: one object or a list, with `status`, `title` and `message`.
function readErrors({ status, secrets }: HttpResponse, { errors }: Json): Refusal | undefined {
  const [error] = Array.isArray(errors) ? errors : [errors];
  if (!isObject(error) || status >= 500) {
    return undefined;
  }
  const text = (value: unknown) => clean(typeof value === 'number' ? String(value) : value, secrets);
  const title = text(error.title);
  const word = title !== undefined && !title.includes(' ') ? title : undefined;
  return {
    code: text(error.code) ?? word ?? text(error.status) ?? String(status),
    description: text(error.message) ?? title,
  };
}
