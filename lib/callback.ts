import { HiworksAuthorizationError } from './errors.js';
import { words } from './words.js';

/** What a request to an `authenticate('hiworks')` route turns out to be. */
export type Arrival =
  | { kind: 'start' }
  | { kind: 'code'; code: string; state: string | undefined }
  | { kind: 'failure'; status: number | undefined; message: string }
  | { kind: 'error'; error: HiworksAuthorizationError };

type Query = Readonly<Record<string, unknown>>;

// Hiworks' codes have 32 characters; no proxy or framework passes on a much longer URL than this allows.
const LONGEST_CODE = 512;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
const SIGNS_OF_A_CALLBACK = ['error', 'error_description', 'error_msg', 'msg', 'message', 'code', 'state'];
const ODD_STATE = 'the callback carries `state` more than once, or as an object';
const WORDS_OF_AN_ERROR = ['error_description', 'error_msg', 'msg', 'message'];

/**
 * Reads a request as the start of a login, a callback with a code, or a callback that cannot go on.
 *
 * `auth_code` is the documented parameter; what Hiworks sends on a refusal or an error is not documented, so whatever
 * looks like one ends the login with its words instead of starting another.
 */
export function readArrival(req: {
  method?: string;
  url?: string;
  query?: unknown;
  body?: unknown;
}): Arrival {
  const query = queryOf(req);
  if (query.auth_code !== undefined) {
    return readCode(query, req.method ?? 'GET');
  }
  if (!isState(query.state)) {
    return failure(400, ODD_STATE);
  }
  if (SIGNS_OF_A_CALLBACK.some((name) => query[name] !== undefined)) {
    return readRefusal(query);
  }
  if ((req.body as Query | null | undefined)?.code) {
    return failure(400, 'the request carries a `code` in its body; Hiworks sends `auth_code` in the query');
  }
  return { kind: 'start' };
}

function readCode(query: Query, method: string): Arrival {
  const { auth_code: code, state } = query;
  if (method !== 'GET') {
    return failure(405, `the callback came as ${words(method)}, not GET; its auth_code was not used`);
  }
  if (typeof code !== 'string') {
    return failure(400, 'the callback carries `auth_code` more than once, or as an object');
  }
  if (code.trim() === '') {
    return failure(400, 'the callback carries an empty `auth_code`');
  }
  if (code.length > LONGEST_CODE) {
    return failure(400, `the callback's \`auth_code\` is longer than ${LONGEST_CODE} characters`);
  }
  if (UNPRINTABLE.test(code)) {
    return failure(400, "the callback's `auth_code` contains control characters");
  }
  if (!isState(state)) {
    return failure(400, ODD_STATE);
  }
  return { kind: 'code', code, state };
}

function isState(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function readRefusal(query: Query): Arrival {
  const said = WORDS_OF_AN_ERROR.map((name) => words(query[name])).find(Boolean);
  const code = words(query.error) ?? words(query.code);
  const details = [code && `(${code})`, said && `: ${said}`].filter(Boolean).join('');
  if (code === 'access_denied') {
    return { kind: 'failure', status: undefined, message: `the sign-in was refused at Hiworks ${details}` };
  }
  const message = `Hiworks' callback carried ${details ? `an error ${details}` : 'neither an auth_code nor an error'}`;
  return {
    kind: 'error',
    error: new HiworksAuthorizationError(words(message) as string, code ?? 'server_error'),
  };
}

function failure(status: number, message: string): Arrival {
  return { kind: 'failure', status, message: `Hiworks login stopped: ${message}` };
}

// Express 5 parses the query anew at each read; a bare node:http request has none.
function queryOf(req: { url?: string; query?: unknown }): Query {
  const { query } = req;
  if (typeof query === 'object' && query !== null) {
    return query as Query;
  }
  const url = req.url ?? '';
  const start = url.indexOf('?');
  const read: Record<string, unknown> = Object.create(null);
  if (start >= 0) {
    const parameters = new URLSearchParams(url.slice(start));
    for (const name of parameters.keys()) {
      const values = parameters.getAll(name);
      read[name] = values.length === 1 ? values[0] : values;
    }
  }
  return read;
}

/** The part of a request that its own URL is read from. */
interface Addressed {
  app?: { get?: (setting: string) => unknown };
  connection?: { encrypted?: boolean };
  socket?: { encrypted?: boolean };
  headers?: Readonly<Record<string, string | string[] | undefined>>;
  originalUrl?: string;
  url?: string;
}

const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * Makes `callbackURL` absolute, from the URL of the request where it is relative. `X-Forwarded-Proto` and
 * `X-Forwarded-Host` count where `proxy` is true or Express trusts its proxy; of a list, the first. Throws where the
 * request has no usable host.
 */
export function resolveCallbackURL(req: Addressed, callbackURL: string, proxy: boolean): string {
  if (/^https?:/i.test(callbackURL)) {
    return callbackURL;
  }
  const trusted = proxy || Boolean(req.app?.get?.('trust proxy'));
  const forwarded = (name: string) => (trusted ? first(req.headers?.[name]) : undefined);
  const encrypted = req.socket?.encrypted || req.connection?.encrypted;
  const protocol = encrypted || forwarded('x-forwarded-proto')?.toLowerCase() === 'https' ? 'https' : 'http';
  const host = forwarded('x-forwarded-host') || first(req.headers?.host);
  if (!host || !HOST.test(host)) {
    throw new Error(
      `the relative callbackURL ${JSON.stringify(callbackURL)} cannot be resolved: the request has no usable Host ` +
        'header. Give an absolute callbackURL',
    );
  }
  const here = new URL(`${protocol}://${host}`);
  // Set rather than parsed: a request line can name another host, as `GET //evil.example/` does.
  here.pathname = (req.originalUrl ?? req.url ?? '').replace(/\?.*/s, '');
  return new URL(callbackURL, here).href;
}

function first(header: string | string[] | undefined): string | undefined {
  return String(header ?? '')
    .split(',', 1)[0]
    ?.trim();
}
