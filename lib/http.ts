import http = require('node:http');
import https = require('node:https');
import timers = require('node:timers');

import { type URL, urlToHttpOptions } from 'node:url';

import { discardIdle } from './agent.js';
import { decompress, TOO_LARGE } from './decode.js';
import { type HiworksTransportCode, HiworksTransportError } from './errors.js';
import { sanitize } from './redact.js';
import { Turns } from './turns.js';

/** An endpoint, prepared once for all requests to it. */
export interface Endpoint {
  /** What is requested of whom, for messages: `POST https://…`, without a query. */
  name: string;
  options: http.RequestOptions;
}

/** A whole response. */
export interface HttpResponse {
  /** The endpoint's `name`. */
  request: string;
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Decompressed. */
  body: Buffer;
}

const MAX_EXCHANGES = 50;
const MAX_BODY_BYTES = 64 * 1024;

// Taken now: an application's tests may replace them later.
const { setTimeout, clearTimeout } = timers;

/** Prepares the requests to one endpoint. `name` is for a URL that is not to be shown. */
export function createEndpoint(method: string, url: URL, name = `${url.origin}${url.pathname}`): Endpoint {
  const { protocol, hostname: host, path } = urlToHttpOptions(url);
  // Explicit, since not every agent knows the protocol's own.
  const port = url.port || (protocol === 'https:' ? 443 : 80);
  // Node's client copies these several times a request: the parts of a URL that it has no use for stay out.
  return {
    name: `${method} ${name}`,
    options: { protocol, host, port, path, method } as http.RequestOptions,
  };
}

/** Sends requests, at most 50 at once, so that a slow server is not met by ever more of them. */
export class HttpClient {
  private readonly turns = new Turns(MAX_EXCHANGES);

  /** `timeout` is in milliseconds, for one whole exchange: waiting for a turn, connecting, sending, reading. */
  constructor(private readonly timeout: number) {}

  /**
   * Sends one request and reads the whole response, at most 64 KiB and without following redirects. Rejects with a
   * {@link HiworksTransportError}: `'busy'` if no turn came within half of the timeout.
   */
  async send(
    endpoint: Endpoint,
    agent: http.Agent,
    headers: http.OutgoingHttpHeaders,
    body?: string,
  ): Promise<HttpResponse> {
    const waited = this.turns.takeFree() ? 0 : await this.turns.take(this.timeout / 2);
    if (waited === undefined) {
      throw new HiworksTransportError(
        `${endpoint.name}: not sent, since ${MAX_EXCHANGES} other requests have kept it waiting for ` +
          `${this.timeout / 2} ms. Does Hiworks respond slowly, or does somebody flood the callback?`,
        'busy',
      );
    }
    try {
      return await exchange(endpoint, agent, headers, body, this.timeout - waited);
    } finally {
      this.turns.give();
    }
  }
}

/**
 * A request that a reused connection dropped before any byte of a response is sent once more: the server had closed the
 * idle connection and never read it. That is safe for a one-time code, too: had the server spent it after all, the second
 * request would be refused, and the login fail as it would have failed without it.
 */
function exchange(
  { name, options }: Endpoint,
  agent: http.Agent,
  headers: http.OutgoingHttpHeaders,
  body: string | undefined,
  timeout: number,
): Promise<HttpResponse> {
  const { request: open } = options.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    let current: http.ClientRequest | undefined;
    let status: number | undefined;
    let settled = false;

    const deadline = setTimeout(() => {
      fail(
        'timeout',
        `no whole response within ${Math.round(timeout)} ms. Can this machine reach the host (firewall, proxy)?`,
      );
    }, timeout);

    function fail(code: HiworksTransportCode, what: string, error?: Error): void {
      if (!settled) {
        settled = true;
        clearTimeout(deadline);
        current?.destroy();
        const cause = error && bare(error, String(options.path));
        const because = cause ? `: ${cause.message}` : '';
        reject(new HiworksTransportError(`${name}: ${what}${because}`, code, { cause, statusCode: status }));
      }
    }

    // Inside a response, Node.js 24 tells the request first and Node.js 20 the response alone.
    function broken(error: Error): void {
      const what = status === undefined ? 'failed' : `broke off inside the response (HTTP ${status})`;
      fail('connection_failed', `the connection ${what}`, error);
    }

    // An application's agent may throw, at the second try as well.
    function attempt(mayRepeat: boolean): void {
      try {
        send(mayRepeat);
      } catch (error) {
        fail('connection_failed', 'the request could not be sent', error as Error);
      }
    }

    function send(mayRepeat: boolean): void {
      let bytesBefore = 0;
      // Not by spreading, which takes V8 3 µs here.
      const request = open(Object.assign({}, options, { agent, headers }));
      current = request;
      request.on('response', read);
      request.on('socket', (socket) => {
        bytesBefore = socket.bytesRead;
      });
      request.on('error', (error) => {
        if (settled || current !== request) {
          return;
        }
        if (mayRepeat && request.reusedSocket && request.socket?.bytesRead === bytesBefore) {
          // The others are likely as dead: the second try must not meet one of them.
          discardIdle(agent, options);
          attempt(false);
        } else {
          broken(error);
        }
      });
      request.end(body);
    }

    function read(response: http.IncomingMessage): void {
      status = response.statusCode as number;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > MAX_BODY_BYTES) {
          fail('too_large', `the response is larger than 64 KiB (HTTP ${status})`);
        }
      });
      response.on('end', () => {
        if (!settled) {
          finish(response, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
        }
      });
      response.on('error', broken);
    }

    function finish({ headers }: http.IncomingMessage, received: Buffer): void {
      const encoding = headers['content-encoding'];
      const body = encoding ? decompress(received, encoding, MAX_BODY_BYTES) : received;
      if (body === TOO_LARGE) {
        fail('too_large', `the response is larger than 64 KiB when decompressed (HTTP ${status})`);
      } else if (body === undefined) {
        fail(
          'not_json',
          `the response cannot be decompressed: Content-Encoding ${sanitize(encoding)} (HTTP ${status})`,
        );
      } else {
        settled = true;
        clearTimeout(deadline);
        resolve({ request: name, status: status as number, headers, body });
      }
    }

    attempt(true);
  });
}

// Node's own errors carry the raw packet, certificates and more in further fields. If a host has several addresses, the
// error is an AggregateError without a message; an application's agent may throw anything, its proxy's password or the
// path, which may be a credential, included.
function bare(error: Error, path: string): Error {
  const { errors, code } = error as AggregateError & NodeJS.ErrnoException;
  const said = error.message || errors?.map(({ message }: Error) => message).join('; ') || String(error);
  const message = sanitize(said.replace(/\/\/[^/@\s]*@/g, '//').replaceAll(path, '[path]'));
  return Object.assign(new Error(message ?? 'no reason given'), { code });
}
