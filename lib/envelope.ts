import { HiworksProfileError, HiworksTokenError, HiworksTransportError } from './errors.js';
import type { Answer } from './http.js';
import { words } from './words.js';

/** A token answer that was understood. */
export interface TokenAnswer {
  accessToken: string;
  /** `undefined` where Hiworks sent none: for `online`, or on a refresh. */
  refreshToken: string | undefined;
  officeNo: string;
  userNo: string;
  /** The answer's `data` as it came, without `refresh_token`. */
  params: Record<string, unknown>;
}

/** What `user/v2/me` said. */
export interface Me {
  name: string | undefined;
  userId: string | undefined;
  /** The answer as it came. */
  json: Record<string, unknown>;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

type Json = Record<string, unknown>;

// What an Authorization header can carry (RFC 6750 allows less, Hiworks' samples are 32 of [a-z0-9]).
const TOKEN = /^[\x21-\x7e]+$/;
// Any character of a name may be escaped.
const MAY_NAME_PROTOTYPE = /__proto__|\\u/;
const NUMBER = /^[^\p{C}\p{Z}]{1,64}$/u;

/**
 * Reads the token endpoint's answer (documented): `{ code: 'SUC', msg, data }` with HTTP 200 is a success.
 *
 * Throws a `HiworksTokenError` for any other `code` at any status, and a `HiworksTransportError` for anything else.
 * `secrets` are what the request carried: they are blotted out of Hiworks' words. `advice` is what to try where Hiworks refuses.
 */
export function readTokenAnswer(answer: Answer, secrets: readonly string[], advice: string): TokenAnswer {
  const json = readObject(answer);
  const { code, data } = json;
  if (code !== 'SUC' && isCode(code)) {
    throw new HiworksTokenError(...refusal(answer, json, [...secrets, ...tokensIn(data)], advice));
  }
  demandSuccess(answer);
  if (code !== 'SUC') {
    throw wrongShape(answer, '`code` is missing or no text');
  }
  if (!isObject(data)) {
    throw wrongShape(answer, '`data` is missing or no object');
  }
  const { refresh_token, ...params } = data;
  const accessToken = readToken(answer, 'access_token', data.access_token);
  const refreshToken =
    refresh_token === undefined || refresh_token === null || refresh_token === ''
      ? undefined
      : readToken(answer, 'refresh_token', refresh_token);
  const known = [...secrets, accessToken, refreshToken];
  const officeNo = readNumber(answer, 'office_no', data.office_no, known);
  const userNo = readNumber(answer, 'user_no', data.user_no, known);
  return { accessToken, refreshToken, officeNo, userNo, params };
}

/**
 * Reads the answer of `user/v2/me` (seen in clients, not documented): a bare object `{ no, user_id, name }`.
 *
 * Throws a `HiworksProfileError` for an object with a `code`, and a `HiworksTransportError` for anything else.
 */
export function readMe(answer: Answer, secrets: readonly string[]): Me {
  const json = readObject(answer);
  if (json.code !== 'SUC' && isCode(json.code)) {
    const advice = 'is the permission "내 정보 조회" ticked for this client?';
    throw new HiworksProfileError(...refusal(answer, json, secrets, advice));
  }
  demandSuccess(answer);
  readNumber(answer, 'no', json.no);
  return {
    name: readText(answer, 'name', json.name),
    userId: readText(answer, 'user_id', json.user_id),
    json,
  };
}

function readObject(answer: Answer): Json {
  let json: unknown;
  try {
    const text = UTF8.decode(answer.body);
    // Looking at every value takes longer than parsing.
    json = JSON.parse(text, MAY_NAME_PROTOTYPE.test(text) ? withoutPrototype : undefined);
  } catch {
    // The parser's own error quotes the answer.
    demandSuccess(answer);
    throw transport(answer, 'not_json', 'the answer is not JSON in UTF-8');
  }
  if (!isObject(json)) {
    demandSuccess(answer);
    throw wrongShape(
      answer,
      `it is ${json === null ? 'null' : Array.isArray(json) ? 'an array' : `a ${typeof json}`}`,
    );
  }
  return json;
}

// Applications copy what they are handed, and copying a member of this name changes the copy's prototype.
function withoutPrototype(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value;
}

function demandSuccess(answer: Answer): void {
  if (answer.status >= 300 && answer.status < 400) {
    throw transport(
      answer,
      'redirected',
      'the answer is a redirect, which is not followed. Is the URL right?',
    );
  }
  if (answer.status !== 200) {
    throw transport(
      answer,
      'unexpected_status',
      'the answer is neither a success nor a refusal. Is the URL right?',
    );
  }
}

function readToken(answer: Answer, name: string, value: unknown): string {
  if (typeof value !== 'string' || !TOKEN.test(value)) {
    throw wrongShape(answer, `\`data.${name}\` is missing or no token`);
  }
  return value;
}

// JSON would round a number beyond 2^53 to that of another person.
function readNumber(
  answer: Answer,
  name: string,
  value: unknown,
  secrets: readonly (string | undefined)[] = [],
): string {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !NUMBER.test(text)) {
    throw wrongShape(answer, `\`${name}\` is missing, or neither a text nor a safe integer`);
  }
  // It would stand in every profile.
  if (secrets.includes(text)) {
    throw wrongShape(answer, `\`${name}\` repeats a secret`);
  }
  return text;
}

function readText(answer: Answer, name: string, value: unknown): string | undefined {
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw wrongShape(answer, `\`${name}\` is no text`);
  }
  return value || undefined;
}

function refusal(
  { asked, status }: Answer,
  json: Json,
  secrets: readonly string[],
  advice: string,
): [message: string, code: string] {
  const code = words(String(json.code), secrets) as string;
  const said = words(json.msg, secrets) ?? words(json.message, secrets) ?? '(no message)';
  return [`Hiworks refused ${asked} (HTTP ${status}, code ${code}): ${said} (${advice})`, code];
}

function wrongShape(answer: Answer, what: string): HiworksTransportError {
  return transport(answer, 'wrong_shape', `the answer has not the documented shape: ${what}`);
}

function transport(
  { asked, status }: Answer,
  code: 'not_json' | 'wrong_shape' | 'redirected' | 'unexpected_status',
  what: string,
): HiworksTransportError {
  return new HiworksTransportError(`${asked}: ${what} (HTTP ${status})`, code);
}

function tokensIn(data: unknown): string[] {
  const { access_token, refresh_token } = isObject(data) ? data : {};
  return [access_token, refresh_token].filter(
    (token) => typeof token === 'string' && token !== '',
  ) as string[];
}

function isCode(code: unknown): code is string | number {
  return typeof code === 'number' || (typeof code === 'string' && words(code) !== undefined);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
