import http = require('node:http');
import https = require('node:https');

import { isIP } from 'node:net';

import timers = require('node:timers');

import { type URL, urlToHttpOptions } from 'node:url';
import { type HiworksTransportCode, HiworksTransportError } from '../errors.js';
import { sanitize } from '../util/redact.js';
import { discardIdle } from './agent.js';
import { decompress, TOO_LARGE } from './decode.js';
import { type Turn, Turns } from './semaphore.js';

/** An endpoint, prepared once for all requests to it. */
export interface Endpoint {
  /** What is requested of whom, for messages: `POST https://…`, without a query. */
  name: string;
  method: string;
  protocol: string;
  host: string;
  /** For TLS. Node would find it out at every request. */
  servername: string;
  port: string | number;
  path: string;
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
  const { protocol, hostname, path } = urlToHttpOptions(url);
  const host = hostname as string;
  return {
    name: `${method} ${name}`,
    method,
    protocol: protocol as string,
    host,
    servername: isIP(host) ? '' : host,
    // Explicit, since not every agent knows the protocol's own.
    port: url.port || (protocol === 'https:' ? 443 : 80),
    path: path as string,
  };
}

/** Sends requests, at most 50 at once, so that a slow server is not met by ever more of them. */
export class HttpClient {
  private readonly turns: Turns;

  /** `timeout` is in milliseconds, for one whole exchange: waiting for a turn, connecting, sending, reading. */
  constructor(private readonly timeout: number) {
    this.turns = new Turns(MAX_EXCHANGES, timeout / 2);
  }

  /**
   * Sends one request and reads the whole response, at most 64 KiB and without following redirects. Rejects with a
   * {@link HiworksTransportError}: `'busy'` if no turn came within half of the timeout.
   */
  send(
    endpoint: Endpoint,
    agent: http.Agent,
    headers: http.OutgoingHttpHeaders,
    body?: string,
  ): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.turns.take(
        new Exchange(endpoint, agent, headers, body, this.timeout, this.turns, resolve, reject),
      );
    });
  }
}

/** One request and its whole response, when its turn has come. */
class Exchange implements Turn {
  private deadline: NodeJS.Timeout | undefined;
  private request: http.ClientRequest | undefined;
  private status: number | undefined;
  private settled = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly agent: http.Agent,
    private readonly headers: http.OutgoingHttpHeaders,
    private readonly body: string | undefined,
    private readonly timeout: number,
    private readonly turns: Turns,
    private readonly resolve: (response: HttpResponse) => void,
    private readonly reject: (error: HiworksTransportError) => void,
  ) {}

  begin(waited: number): void {
    const left = this.timeout - waited;
    this.deadline = setTimeout(() => {
      this.fail(
        'timeout',
        `no whole response within ${Math.round(left)} ms. Can this machine reach the host (firewall, proxy)?`,
      );
    }, left);
    this.attempt(true);
  }

  giveUp(): void {
    this.reject(
      new HiworksTransportError(
        `${this.endpoint.name}: not sent, since ${MAX_EXCHANGES} other requests have kept it waiting for ` +
          `${this.timeout / 2} ms. Does Hiworks respond slowly, or does somebody flood the callback?`,
        'busy',
      ),
    );
  }

  /**
   * A request that a reused connection dropped before any byte of a response is sent once more: the server had closed the
   * idle connection and never read it. That is safe for a one-time code, too: had the server spent it after all, the second
   * request would be refused, and the login fail as it would have failed without it.
   */
  private attempt(mayRepeat: boolean): void {
    try {
      this.send(mayRepeat);
    } catch (error) {
      // An application's agent may throw, at the second try as well.
      this.fail('connection_failed', 'the request could not be sent', error as Error);
    }
  }

  private send(mayRepeat: boolean): void {
    const { agent, headers } = this;
    const { protocol, host, servername, port, path, method } = this.endpoint;
    const { request: open } = protocol === 'https:' ? https : http;
    let bytesBefore = 0;
    const request = open({ protocol, host, servername, port, path, method, agent, headers });
    this.request = request;
    request.on('response', (response) => this.read(response));
    request.on('socket', (socket) => {
      bytesBefore = socket.bytesRead;
    });
    request.on('error', (error) => {
      if (this.settled) {
        return;
      }
      if (mayRepeat && request.reusedSocket && request.socket?.bytesRead === bytesBefore) {
        // The others are likely as dead: the second try must not meet one of them.
        discardIdle(agent, this.endpoint);
        this.attempt(false);
      } else {
        this.broken(error);
      }
    });
    request.end(this.body);
  }

  private read(response: http.IncomingMessage): void {
    this.status = response.statusCode as number;
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_BODY_BYTES) {
        this.fail('too_large', `the response is larger than 64 KiB (HTTP ${this.status})`);
      }
    });
    response.on('end', () => {
      if (!this.settled) {
        this.finish(response, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      }
    });
    response.on('error', (error) => this.broken(error));
  }

  private finish({ headers }: http.IncomingMessage, received: Buffer): void {
    const status = this.status as number;
    const encoding = headers['content-encoding'];
    const body = encoding ? decompress(received, encoding, MAX_BODY_BYTES) : received;
    if (body === TOO_LARGE) {
      this.fail('too_large', `the response is larger than 64 KiB when decompressed (HTTP ${status})`);
    } else if (body === undefined) {
      const what = `Content-Encoding ${sanitize(encoding)} (HTTP ${status})`;
      this.fail('not_json', `the response cannot be decompressed: ${what}`);
    } else {
      this.settle();
      this.resolve({ request: this.endpoint.name, status, headers, body });
    }
  }

  // Inside a response, Node.js 24 tells the request first and Node.js 20 the response alone.
  private broken(error: Error): void {
    const what = this.status === undefined ? 'failed' : `broke off inside the response (HTTP ${this.status})`;
    this.fail('connection_failed', `the connection ${what}`, error);
  }

  private fail(code: HiworksTransportCode, what: string, error?: Error): void {
    if (!this.settled) {
      const { name, path } = this.endpoint;
      const cause = error && bare(error, path);
      const because = cause ? `: ${cause.message}` : '';
      this.settle();
      this.request?.destroy();
      this.reject(
        new HiworksTransportError(`${name}: ${what}${because}`, code, { cause, statusCode: this.status }),
      );
    }
  }

  private settle(): void {
    this.settled = true;
    clearTimeout(this.deadline);
    this.turns.give();
  }
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
