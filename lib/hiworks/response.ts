import { type HiworksTransportCode, HiworksTransportError } from '../errors.js';
import type { HttpResponse } from '../http/client.js';
import { decodeText } from '../http/decode.js';
import { redact, sanitize } from '../util/redact.js';

export type Json = Record<string, unknown>;

/** What Hiworks said when it refused. */
export interface Refusal {
  message: string;
  code: string;
  description: string | undefined;
}

const NUMBER = /^[^\p{C}\p{Z}]{1,64}$/u;

/** Reads a response that has to be a JSON object. Throws a {@link HiworksTransportError} for anything else. */
export function readObject(response: HttpResponse): Json {
  let json: unknown;
  try {
    const text = decodeText(response.body, response.headers['content-type']);
    // Looking at every value takes longer than parsing.
    json = JSON.parse(text, mayNamePrototype(text) ? withoutPrototype : undefined);
  } catch {
    // The parser's own error quotes the response.
    demandSuccess(response);
    throw transportError(response, 'not_json', 'the response is not JSON in UTF-8 or its declared charset');
  }
  if (!isObject(json)) {
    demandSuccess(response);
    const kind = json === null ? 'null' : Array.isArray(json) ? 'an array' : `a ${typeof json}`;
    throw wrongShape(response, `it is ${kind}`);
  }
  return json;
}

// Any character of a name may be escaped.
function mayNamePrototype(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u');
}

// Applications copy what they are handed, and copying a member of this name changes the copy's prototype.
function withoutPrototype(name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value;
}

/**
 * Hiworks' refusal, if the object is one: any `code` but `SUC`, at any status. `secrets` are hidden in its words;
 * `advice` is what to try.
 */
export function readRefusal(
  response: HttpResponse,
  { code, msg, message }: Json,
  secrets: readonly string[],
  advice: string,
): Refusal | undefined {
  const said =
    typeof code === 'number' || typeof code === 'string' ? clean(String(code), secrets) : undefined;
  if (code === 'SUC' || said === undefined) {
    return undefined;
  }
  const description = clean(msg, secrets) ?? clean(message, secrets);
  const { request, status } = response;
  return {
    message: `Hiworks refused ${request} (HTTP ${status}, code ${said}): ${description ?? '(no message)'} (${advice})`,
    code: said,
    description,
  };
}

function clean(text: unknown, secrets: readonly string[]): string | undefined {
  return typeof text === 'string' ? sanitize(redact(text, secrets)) : undefined;
}

/** Throws a {@link HiworksTransportError} unless the status is 200. */
export function demandSuccess(response: HttpResponse): void {
  if (response.status >= 300 && response.status < 400) {
    throw transportError(
      response,
      'redirected',
      'the response is a redirect, which is not followed. Is the URL right?',
    );
  }
  if (response.status !== 200) {
    throw transportError(
      response,
      'unexpected_status',
      'the response is neither a success nor a refusal by Hiworks. Is the URL right?',
    );
  }
}

/**
 * Reads one of Hiworks' numbers (documented as strings; clients that parse them as numbers work as well). JSON would round
 * a number beyond 2^53 to that of another person.
 */
export function readNumber(
  response: RequestInfo,
  name: string,
  value: unknown,
  secrets: readonly string[],
): string {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !NUMBER.test(text)) {
    throw wrongShape(response, `\`${name}\` is missing, or neither a string nor a safe integer`);
  }
  // It would stand in every profile.
  if (secrets.includes(text)) {
    throw wrongShape(response, `\`${name}\` repeats a secret`);
  }
  return text;
}

/** Reads a text that may be missing. */
export function readText(response: HttpResponse, name: string, value: unknown): string | undefined {
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw wrongShape(response, `\`${name}\` is not a string`);
  }
  return value || undefined;
}

/** What an error says of a response: the request and, if it is known, the status. */
export interface RequestInfo {
  request: string;
  status?: number;
}

export function wrongShape(response: RequestInfo, what: string): HiworksTransportError {
  return transportError(response, 'wrong_shape', `the response does not have the documented shape: ${what}`);
}

function transportError(
  { request, status }: RequestInfo,
  code: HiworksTransportCode,
  what: string,
): HiworksTransportError {
  const suffix = status === undefined ? '' : ` (HTTP ${status})`;
  return new HiworksTransportError(`${request}: ${what}${suffix}`, code, { statusCode: status });
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
