import http = require('node:http');

import { URL } from 'node:url';
import { inspect } from 'node:util';

import { isPrintable } from './printable.js';

/** Reads one option: returns the value to use, or calls `invalid`, which throws. `isGiven` tells a missing key from `undefined`. */
export type Check<T> = (value: unknown, invalid: Invalid, isGiven: boolean) => T;

/** Throws the `TypeError` for an option, which must be `expected`. `hidden` keeps a value that may be secret out of it. */
export type Invalid = (expected: string, hidden?: 'hidden') => never;

type Checks = Readonly<Record<string, Check<unknown>>>;

/** What a table of checks reads. */
export type Checked<T extends Checks> = { readonly [K in keyof T]: ReturnType<T[K]> };

const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const DEFAULT_TIMEOUT_MS = 10_000;
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
// They frame the message, or belong to one connection.
const FRAMING_HEADER =
  /^(connection|content-length|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Reads options by a table of checks, one per option. `unsupported` explains options that people bring from other
 * strategies. Throws a `TypeError` that names `owner` and the option: for an unknown one, and for an invalid value.
 */
export function readOptions<T extends Checks>(
  owner: string,
  options: object,
  checks: T,
  unsupported: Readonly<Record<string, string>> = {},
): Checked<T> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${owner}: \`options\` must be an object`);
  }
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(checks, option));
  if (unknown !== undefined) {
    const reason = Object.hasOwn(unsupported, unknown) ? `: ${unsupported[unknown]}` : '';
    const known = reason || `; the options are ${Object.keys(checks).join(', ')}`;
    throw new TypeError(`${owner}: unknown option ${JSON.stringify(unknown)}${known}`);
  }
  const given = options as Record<string, unknown>;
  const values = Object.entries(checks).map(([option, check]) => [
    option,
    checkOption(owner, option, given[option], check, option in options),
  ]);
  return Object.fromEntries(values);
}

/** Reads one value by its check. Throws a `TypeError` that names `owner` and the option. */
export function checkOption<T>(owner: string, option: string, value: unknown, check: Check<T>, isGiven = true): T {
  const invalid: Invalid = (expected, hidden) => {
    throw new TypeError(`${owner}: \`${option}\` must be ${expected}${got(value, hidden === 'hidden')}`);
  };
  return check(value, invalid, isGiven);
}

/** `undefined`, or what `check` accepts. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return withDefault<T | undefined>(undefined, check);
}

/** What `check` accepts; `defaultValue` if the option is missing or `undefined`. */
export function withDefault<T>(defaultValue: T, check: Check<T>): Check<T> {
  return (value, invalid) => (value === undefined ? defaultValue : check(value, invalid, true));
}

/** `undefined` if the key is not there; the key given with `undefined` has to pass `check`. */
export function ifGiven<T>(check: Check<T>): Check<T | undefined> {
  return (value, invalid, isGiven) => (isGiven ? check(value, invalid, isGiven) : undefined);
}

/** One of these values. */
export function oneOf<T>(...values: readonly T[]): Check<T> {
  const expected = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  const last = expected.pop();
  return (value, invalid) =>
    values.includes(value as T) ? (value as T) : invalid(`${expected.join(', ')} or ${last}`);
}

/** An object with these methods. */
export function objectWith<T>(expected: string, ...methods: readonly string[]): Check<T> {
  return (value, invalid) =>
    methods.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function')
      ? (value as T)
      : invalid(expected);
}

export const nonEmptyString: Check<string> = (value, invalid) =>
  typeof value === 'string' && value !== '' ? value : invalid('a non-empty string');

/** A client id or secret; it is never shown. */
export const credential: Check<string> = (value, invalid) =>
  isPrintable(value) && value.trim() === value
    ? value
    : invalid('a non-empty string without surrounding spaces or control characters', 'hidden');

export const flag = withDefault<boolean>(false, oneOf(true, false));

/** A number of milliseconds. */
export const timeout = withDefault<number>(DEFAULT_TIMEOUT_MS, (value, invalid) =>
  typeof value === 'number' && value > 0 && value <= MAX_TIMEOUT_MS
    ? value
    : invalid(`a number of milliseconds, at most ${MAX_TIMEOUT_MS}`),
);

export const agent = optional<http.Agent>(objectWith('an http.Agent or https.Agent', 'addRequest'));

/** An endpoint's URL: `https:`, or `http:` for a loopback host. */
export const endpointURL: Check<URL> = (value, invalid) => {
  const url = typeof value === 'string' ? parseURL(value) : undefined;
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!url || !isSecure || url.username || url.password) {
    return invalid('an https: URL without credentials (http: for a loopback host only)');
  }
  url.hash = '';
  return url;
};

/** Headers that are added to every request; their names in lower case. */
export const headers = withDefault<http.OutgoingHttpHeaders>({}, (value, invalid) => {
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) {
    return invalid('an object of header names and values', 'hidden');
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => {
      try {
        http.validateHeaderName(name);
        http.validateHeaderValue(name, content);
      } catch {
        return invalid(`valid HTTP headers, which ${JSON.stringify(name)} is not`, 'hidden');
      }
      return FRAMING_HEADER.test(name)
        ? invalid(`without ${JSON.stringify(name)} (Node sets it)`, 'hidden')
        : [name.toLowerCase(), content];
    }),
  );
});

export function parseURL(url: string, base?: string): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}

function got(value: unknown, isHidden: boolean): string {
  if (value === undefined) {
    return '; got undefined (is its environment variable set?)';
  }
  if (value === '') {
    return "; got '' (an empty line in .env?)";
  }
  // An object may hold secrets, and so may a URL: the credentials of a proxy, say.
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const shown = isObject ? 'an object' : inspect(value, { depth: 0 });
  return isHidden || shown.includes('@') ? '' : `; got ${shown}`;
}
