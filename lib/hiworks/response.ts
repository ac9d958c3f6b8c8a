import { TextDecoder } from 'node:util';

import { type HiworksTransportCode, HiworksTransportError } from '../errors.js';
import type { HttpResponse } from '../http/client.js';
import { isPrintable } from '../util/printable.js';
import { redact, sanitize } from '../util/redact.js';

export type Json = Record<string, unknown>;

/** What the readers need to know of a response. A stub's response has no status. */
export type ResponseInfo = Pick<HttpResponse, 'endpoint' | 'secrets'> & { readonly status?: number };

/** An error response of Hiworks. */
export interface Refusal {
  readonly code: string;
  readonly description: string | undefined;
}

const MAX_IDENTIFIER_LENGTH = 64;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a response that has to be a JSON object. Throws a {@link HiworksTransportError} for anything else. */
export function readObject(response: HttpResponse): Json {
  const json = parse(response);
  if (!isObject(json)) {
    assertOK(response);
    const kind = json === null ? 'null' : Array.isArray(json) ? 'an array' : `a ${typeof json}`;
    throw wrongShape(response, `it is ${kind}`);
  }
  return json;
}

function parse(response: HttpResponse): unknown {
  const encoding = response.headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') {
    try {
      // JSON is UTF-8, whatever charset is declared (RFC 8259).
      return JSON.parse(UTF8.decode(response.body));
    } catch {
      // The parser's own error quotes the response.
    }
  }
  assertOK(response);
  const charset = response.headers['content-type']?.match(/charset\s*=\s*"?([\w-]{1,40})/i)?.[1];
  const declared = [charset && `charset ${charset}`, encoding && `Content-Encoding ${sanitize(encoding)}`];
  const label = declared.filter(Boolean).join(', ');
  throw transportError(response, 'not_json', `the response is not JSON in UTF-8${label && ` (${label})`}`);
}

/** Hiworks' refusal, if the object is one: any `code` but `SUC`, at any status. */
export function readRefusal({ secrets }: ResponseInfo, { code, msg, message }: Json): Refusal | undefined {
  const text = typeof code === 'number' || typeof code === 'string' ? clean(String(code), secrets) : undefined;
  return code === 'SUC' || text === undefined
    ? undefined
    : { code: text, description: clean(msg, secrets) ?? clean(message, secrets) };
}

/** The message of an error for a refusal. `hint` is what to try. */
export function refusalMessage(response: HttpResponse, { code, description }: Refusal, hint: string): string {
  const { endpoint, status } = response;
  const mayBePath = !endpoint.isDocumented && /토큰|token/i.test(description ?? '');
  const path = mayBePath ? '; Hiworks gives the same response for a wrong path' : '';
  return `Hiworks refused ${endpoint.name} (HTTP ${status}, code ${code}): ${description ?? 'no message'} (${hint}${path})`;
}

/** Untrusted text without secrets, fit for a message; `undefined` if it is not a string with visible text. */
export function clean(text: unknown, secrets: readonly string[]): string | undefined {
  return typeof text === 'string' ? sanitize(redact(text, secrets)) : undefined;
}

/** Throws a {@link HiworksTransportError} unless the status is 200. */
export function assertOK(response: HttpResponse): void {
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw transportError(response, 'redirected', 'the response is a redirect, which is not followed', URL_HINT);
  }
  if (status !== 200) {
    throw transportError(response, 'unexpected_status', 'unexpected response', hintFor(status));
  }
}

const URL_HINT = 'is the URL right?';
const NOT_HIWORKS = 'did a proxy or gateway respond instead of Hiworks?';

function hintFor(status: number): string {
  if (status === 404 || status === 405) {
    return URL_HINT;
  }
  return status === 429 || status >= 500 ? 'Hiworks is unavailable; try again later' : NOT_HIWORKS;
}

/**
 * Reads one of Hiworks' numbers: a string or a safe integer, as a string (documented as strings; clients that parse them as
 * numbers work as well). JSON would round a number above 2^53 to that of another user.
 */
export function readIdentifier(response: ResponseInfo, name: string, value: unknown): string {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (!isPrintable(text) || text.length > MAX_IDENTIFIER_LENGTH || /\s/.test(text)) {
    throw wrongShape(response, `\`${name}\` is missing, or neither a string nor a safe integer`);
  }
  // It would end up in every profile.
  if (response.secrets.includes(text)) {
    throw wrongShape(response, `\`${name}\` repeats a secret`);
  }
  return text;
}

/** Reads an optional text: a safe integer as a string, and nothing but a non-empty string otherwise. */
export function readText({ secrets }: ResponseInfo, value: unknown): string | undefined {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && text !== '' ? redact(text, secrets) : undefined;
}

export function wrongShape(response: ResponseInfo, what: string): HiworksTransportError {
  return transportError(response, 'wrong_shape', `the response does not have the documented shape: ${what}`);
}

function transportError(
  { endpoint, status }: ResponseInfo,
  code: HiworksTransportCode,
  what: string,
  hint = NOT_HIWORKS,
): HiworksTransportError {
  const suffix = status === undefined ? '' : `, HTTP ${status}`;
  return new HiworksTransportError(`${endpoint.name}: ${what}${suffix} (${hint})`, code, { statusCode: status });
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
