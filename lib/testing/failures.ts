import { types } from 'node:util';
import { type Answer, json } from './answers.js';

/** An endpoint whose answers `HiworksServer.fail` can script. */
export type HiworksFailureEndpoint = 'authorization' | 'token' | 'profile';

/**
 * An answer for `HiworksServer.fail`:
 *
 * - `'hang'`: none, the connection stays open until the client or `close()` ends it;
 * - `'reset'`: none, the connection is reset;
 * - `'truncate'`: the connection ends before the announced length is sent;
 * - `{ code, … }`: Hiworks' error envelope as JSON, HTTP 200 unless `status` says otherwise. At the `authorization`
 *   endpoint: a redirect to the callback with `code`, `msg` and `message` as query parameters;
 * - `{ body, … }`: this very answer, HTTP 200 unless `status` says otherwise, with these headers only;
 * - `{ query }`, at the `authorization` endpoint only: a redirect to the callback with these query parameters. What
 *   Hiworks really sends there on an error is not known.
 */
export type HiworksFailure =
  | 'hang'
  | 'reset'
  | 'truncate'
  | {
      code: string | number;
      msg?: string | undefined;
      message?: string | undefined;
      data?: unknown;
      status?: number | undefined;
    }
  | {
      body: string | Uint8Array;
      status?: number | undefined;
      headers?: Record<string, string> | undefined;
    }
  | { query: Record<string, string> };

/** What the server does for a failure: break the connection, give an answer, or redirect to the callback. */
export type Script = 'hang' | 'reset' | 'truncate' | Answer | { query: Record<string, string> };

/** Prepares a failure. Throws a `TypeError` that says what is wrong with the arguments of `HiworksServer.fail`. */
export function readFailure(endpoint: HiworksFailureEndpoint, failure: HiworksFailure): Script {
  if (!['authorization', 'token', 'profile'].includes(endpoint)) {
    throw new TypeError("fail: endpoint must be 'authorization', 'token' or 'profile'");
  }
  if (failure === 'hang' || failure === 'reset' || failure === 'truncate') return failure;
  if (typeof failure !== 'object' || failure === null) {
    throw new TypeError("fail: failure must be 'hang', 'reset', 'truncate' or an object");
  }
  if ('query' in failure) {
    if (endpoint === 'authorization') return { query: { ...failure.query } };
    throw new TypeError("fail: a query goes to the callback, so only 'authorization' can have one");
  }
  const { status = 200 } = failure;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError('fail: status must be an integer from 200 to 599');
  }
  if ('body' in failure) {
    if (typeof failure.body !== 'string' && !types.isUint8Array(failure.body)) {
      throw new TypeError('fail: body must be a string or a Uint8Array');
    }
    // Headers throws its TypeError here for one that cannot be sent, rather than later inside the server.
    return { status, headers: Object.fromEntries(new Headers(failure.headers)), body: failure.body };
  }
  if (!('code' in failure)) throw new TypeError('fail: failure must have a code, a body or a query');
  const { code, msg, message, data } = failure;
  if (endpoint !== 'authorization') return json(status, { code, msg, message, data });
  const query = Object.entries({ code, msg, message }).filter(([, value]) => value !== undefined);
  return { query: Object.fromEntries(query.map(([name, value]) => [name, String(value)])) };
}
