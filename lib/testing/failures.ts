import { validateHeaderName, validateHeaderValue } from 'node:http';
import { types } from 'node:util';
import type { ReceivedRequest, ScriptedEndpoint } from './requests.js';
import { type HiworksResponse, jsonResponse } from './responses.js';

/**
 * A response for `HiworksServer.fail`:
 *
 * - `'hang'`: none, the connection stays open until the client or `close()` ends it;
 * - `'reset'`: none, the connection is reset;
 * - `'truncate'`: the connection ends before the announced length is sent;
 * - `{ code, … }`: Hiworks' error envelope as JSON, HTTP 200 unless `status` says otherwise. At the `authorization`
 *   endpoint: a redirect to the callback with `code`, `msg` and `message` as query parameters;
 * - `{ body, … }`: exactly this response, HTTP 200 unless `status` says otherwise, with these headers only;
 * - `{ query }`, at the `authorization` endpoint only: a redirect to the callback with these query parameters; `{}` for
 *   none at all. It is not known what Hiworks sends there on an error.
 */
export type ScriptedFailure =
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

/** What the server does for a failure: break the connection, give a response, or redirect to the callback. */
export type Script = 'hang' | 'reset' | 'truncate' | HiworksResponse | { query: Record<string, string> };

const SCRIPTED_ENDPOINTS: readonly string[] = ['authorization', 'token', 'profile', 'sso'];

/** The failures that were scripted and have not happened yet. */
export class ScriptedFailures {
  private readonly queues = new Map<string, Script[]>();
  private readonly resets = new Set<string>();

  /** Queues a failure. Throws a `TypeError` that says what is wrong with the arguments of `HiworksServer.fail`. */
  add(endpoint: ScriptedEndpoint, failure: ScriptedFailure): void {
    const script = readFailure(endpoint, failure);
    this.queues.set(endpoint, [...(this.queues.get(endpoint) ?? []), script]);
  }

  /**
   * The failure for a request, if there is one. A client may repeat a request whose reused connection was reset; to the
   * application it is still one request, so one failure is for all of them.
   */
  next(request: ReceivedRequest, isConnectionReused: boolean): Script | undefined {
    const { method, target, body, headers } = request;
    const identity = JSON.stringify([method, target, body, headers.authorization]);
    const script = this.resets.delete(identity) ? 'reset' : this.queues.get(request.endpoint)?.shift();
    if (script === 'reset' && isConnectionReused) {
      this.resets.add(identity);
    }
    return script;
  }
}

function readFailure(endpoint: ScriptedEndpoint, failure: ScriptedFailure): Script {
  if (!SCRIPTED_ENDPOINTS.includes(endpoint)) {
    throw new TypeError("fail: endpoint must be 'authorization', 'token', 'profile' or 'sso'");
  }
  if (failure === 'hang' || failure === 'reset' || failure === 'truncate') {
    return failure;
  }
  if (typeof failure !== 'object' || failure === null) {
    throw new TypeError("fail: failure must be 'hang', 'reset', 'truncate' or an object");
  }
  if ('query' in failure) {
    if (endpoint === 'authorization') {
      return { query: { ...failure.query } };
    }
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
    return { status, headers: readHeaders(failure.headers ?? {}), body: failure.body };
  }
  if (!('code' in failure)) {
    throw new TypeError('fail: failure must have a code, a body or a query');
  }
  const { code, msg, message, data } = failure;
  if (endpoint !== 'authorization') {
    return jsonResponse(status, { code, msg, message, data });
  }
  const query = Object.entries({ code, msg, message }).filter(([, value]) => value !== undefined);
  return { query: Object.fromEntries(query.map(([name, value]) => [name, String(value)])) };
}

// Better a TypeError of Node's here than one inside the server.
function readHeaders(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return { ...headers };
}
