import { sanitize } from '../../util/redact.js';
import { objectOf, type Result } from './findings.js';
import type { Callback } from './loopback.js';

/** Parameters of a callback and keys of a response whose values are words about it, not about a person. */
const EXPLANATIONS = new Set([
  'code',
  'msg',
  'message',
  'error',
  'error_code',
  'error_msg',
  'error_description',
  'error_uri',
]);
/** RFC 6749's own keys of a token response that say nothing about a person. */
const PUBLIC = new Set(['expires_in', 'token_type', 'scope']);

/** Whether the value of a response's key may be shown, cleaned, and not just its type. */
export function isShown(key: string): boolean {
  return EXPLANATIONS.has(key) || PUBLIC.has(key);
}

/** Whether the value of a callback's parameter may be: other servers' callbacks carry their authorization code in `code`. */
export function isShownInCallback(name: string, value: string): boolean {
  return isShown(name) && (name !== 'code' || /^[A-Za-z_]{1,20}$/.test(value));
}

/** What kind of a value it is: its JSON type and length, nothing of what is in it. */
export function shape(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'absent';
    case 'string':
      return value === '' ? 'an empty string' : `a string of ${value.length} ${characters(value)}`;
    case 'number': {
      const inexact = Number.isSafeInteger(value) ? '' : ', not exact in JavaScript';
      return `a number of ${String(value).length} characters${inexact}`;
    }
    case 'boolean':
      return 'a boolean';
    default:
      if (value === null) {
        return 'null';
      }
      return Array.isArray(value)
        ? `an array of ${value.length}`
        : `an object of ${Object.keys(value as object).length} keys`;
  }
}

function characters(text: string): string {
  const kinds: [RegExp, string][] = [
    [/^\d+$/, 'digits'],
    [/^[a-z\d]+$/, 'characters [a-z0-9]'],
    [/^[\w.~+/=-]+$/, 'characters [A-Za-z0-9._~+/=-]'],
  ];
  return kinds.find(([kind]) => kind.test(text))?.[1] ?? 'characters';
}

/** What is in the findings that is to be cleaned out of every text. */
export interface Private {
  secrets: readonly string[];
  callbacks: readonly Callback[];
  results: readonly Result[];
}

/**
 * Makes the function that cleans a stranger's text for the report, as code in Markdown: on one line, cut, and with `***`
 * for everything private in the findings and for whatever looks like a token, a number of a person or an address.
 */
export function cleaner(found: Private): (text: string) => string {
  // The longest first: a short one inside a long one would leave the rest of it.
  const secrets = [...new Set(privateTexts(found))]
    .filter(({ length }) => length >= 2)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let open = text;
    for (const secret of secrets) {
      // Half a surrogate pair, which JSON can hold, cannot be encoded: the Buffer replaces it.
      const encoded = encodeURIComponent(String(Buffer.from(secret)));
      open = open.replaceAll(secret, '***').replaceAll(encoded, '***');
    }
    const clean = (sanitize(open) ?? ' ')
      .replace(/[^\s@]+@[^\s@]+/g, '***')
      .replace(/[a-z\d]{16,}|(?=[\w-]*\d)[\w-]{16,}|\d{5,}/gi, '***')
      .replaceAll('`', "'")
      .replaceAll('|', '\\|');
    return `\`${clean}\``;
  };
}

function privateTexts({ secrets, callbacks, results }: Private): string[] {
  const inCallbacks = callbacks.flatMap((callback) =>
    typeof callback === 'string'
      ? []
      : [...callback].filter(([name, value]) => !isShownInCallback(name, value)).map(([, value]) => value),
  );
  return [...secrets, ...inCallbacks, ...results.flatMap((result) => leaves(objectOf(result)))];
}

function leaves(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => (isShown(key) ? [] : leaves(item)));
  }
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}
