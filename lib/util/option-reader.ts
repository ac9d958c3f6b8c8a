import http = require('node:http');

import { URL } from 'node:url';

const MAX_TIMEOUT = 2 ** 31 - 1;
const DEFAULT_TIMEOUT = 10_000;
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
// More than this many letters apart, a name is not a slip of the pen.
const MAX_SLIPS = 3;

/** Reads the options of a strategy, which its messages name. Every method throws a `TypeError` that names the option. */
export class OptionReader {
  /**
   * `known` are the names of all options, `meaningless` those that people bring from other strategies, with the reason
   * why they are none here. Throws for an option that is not known.
   */
  constructor(
    private readonly strategy: string,
    private readonly options: object,
    known: readonly string[],
    meaningless: Readonly<Record<string, string>>,
  ) {
    const unknown = Object.keys(options).find((option) => !known.includes(option));
    if (unknown !== undefined) {
      const reason = Object.hasOwn(meaningless, unknown) ? meaningless[unknown] : suggestion(unknown, known);
      throw new TypeError(
        `${strategy}: there is no option ${JSON.stringify(unknown)}${reason && `: ${reason}`}`,
      );
    }
  }

  /** The option as it was given. */
  value(option: string): unknown {
    return (this.options as Record<string, unknown>)[option];
  }

  credential(option: string): string {
    const value = this.value(option);
    if (typeof value !== 'string') {
      return this.wrong(option, 'a non-empty string (is its environment variable set?)', value);
    }
    if (value === '' || value.trim() !== value || /\p{C}/u.test(value)) {
      throw new TypeError(
        `${this.strategy}: \`${option}\` must be a non-empty string without line breaks or spaces around it`,
      );
    }
    return value;
  }

  flag(option: string): boolean {
    const value = this.value(option);
    return value === undefined || typeof value === 'boolean'
      ? value === true
      : this.wrong(option, 'true or false', value);
  }

  timeout(option: string): number {
    const value = this.value(option);
    if (value === undefined) {
      return DEFAULT_TIMEOUT;
    }
    return typeof value === 'number' && value > 0 && value <= MAX_TIMEOUT
      ? value
      : this.wrong(option, `a number of milliseconds from 1 to ${MAX_TIMEOUT}`, value);
  }

  agent(option: string): http.Agent | undefined {
    const value = this.value(option);
    return value === undefined || typeof (value as { addRequest?: unknown } | null)?.addRequest === 'function'
      ? (value as http.Agent | undefined)
      : this.wrong(option, 'an http.Agent or https.Agent', value);
  }

  /** An endpoint's URL: `https:`, or `http:` for a loopback host. */
  url(option: string, byDefault: string): URL {
    const given = this.value(option);
    const value = given === undefined ? byDefault : given;
    const url = typeof value === 'string' ? parse(value) : undefined;
    const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
    if (!url || !secure || url.username || url.password) {
      throw new TypeError(
        `${this.strategy}: \`${option}\` must be an https: URL without credentials (http: for a loopback host only)`,
      );
    }
    url.hash = '';
    return url;
  }

  headers(option: string): http.OutgoingHttpHeaders {
    const value = this.value(option);
    if (value === undefined) {
      return {};
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.wrong(option, 'an object of header names and values', value);
    }
    const headers: http.OutgoingHttpHeaders = {};
    for (const [name, content] of Object.entries(value)) {
      try {
        http.validateHeaderName(name);
        http.validateHeaderValue(name, content);
      } catch {
        throw new TypeError(`${this.strategy}: \`${option}\` has a wrong header, ${JSON.stringify(name)}`);
      }
      headers[name.toLowerCase()] = content;
    }
    return headers;
  }

  private wrong(option: string, expected: string, value: unknown): never {
    return wrong(this.strategy, option, expected, value);
  }
}

/** Throws a `TypeError` that says what is wrong with an option, without printing a value that may be a secret. */
export function wrong(strategy: string, option: string, expected: string, value: unknown): never {
  const got = typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value;
  throw new TypeError(`${strategy}: \`${option}\` must be ${expected}, but is ${got}`);
}

export function parse(url: string, base?: string): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}

function suggestion(option: string, known: readonly string[]): string {
  const [nearest] = known
    .map((name) => ({ name, slips: distance(name.toLowerCase(), option.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips);
  return nearest && nearest.slips <= MAX_SLIPS ? `did you mean \`${nearest.name}\`?` : '';
}

// How many letters have to be added, left out or changed to make one word the other (Levenshtein).
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, otherLetter] of [...other].entries()) {
      const changed = (row[j] as number) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
