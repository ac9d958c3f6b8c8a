import http = require('node:http');
import https = require('node:https');

import { isIP } from 'node:net';

import timers = require('node:timers');

import { type URL, urlToHttpOptions } from 'node:url';

import { type HiworksTransportCode, HiworksTransportError } from '../errors.js';
import { Semaphore, type Task } from './semaphore.js';
import { stripError } from './strip-error.js';

/** An endpoint, prepared once for all requests to it. */
export interface Endpoint {
  /** The method and URL, for messages: `POST https://…`, without a query. */
  readonly name: string;
  /** Whether it is the one that Hiworks documents; a configured one may be wrong. */
  readonly isDocumented: boolean;
  /** For Node. */
  readonly options: https.RequestOptions;
  /** For `https:`. */
  readonly tls?: https.RequestOptions | false;
}

/** One request. */
export interface HttpRequest {
  readonly endpoint: Endpoint;
  /** `undefined` for the current global agent of Node. */
  readonly agent: http.Agent | undefined;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body?: string;
  /** What the request carries and no message may reveal. */
  readonly secrets: readonly string[];
}

/** A whole response. */
export interface HttpResponse extends Pick<HttpRequest, 'endpoint' | 'secrets'> {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const MAX_EXCHANGES = 50;
const MAX_BODY_BYTES = 64 * 1024;

// Captured at load time, before tests can install fake timers.
const { setTimeout, clearTimeout } = timers;

/** Prepares requests to a URL. `shownURL` replaces one that must not be shown. */
export function createEndpoint(
  method: string,
  url: URL,
  isDocumented: boolean,
  shownURL = `${url.origin}${url.pathname}`,
): Endpoint {
  const { protocol, hostname, path } = urlToHttpOptions(url);
  const host = hostname as string;
  // Not every agent knows the default port of the protocol.
  const port = url.port || (protocol === 'https:' ? 443 : 80);
  // The certificate is verified for the URL's host, not for a `Host` header, and whatever NODE_TLS_REJECT_UNAUTHORIZED says;
  // an agent's own setting wins.
  const tls = protocol === 'https:' && { servername: isIP(host) ? '' : host, rejectUnauthorized: true };
  return { name: `${method} ${shownURL}`, isDocumented, options: { protocol, host, port, path, method }, tls };
}

/** Sends requests, at most 50 at once, so that they do not pile up on a slow server. */
export class HttpClient {
  private readonly semaphore: Semaphore;

  /** `timeout` is in milliseconds, for one whole exchange: waiting for a turn, connecting, sending, reading. */
  constructor(private readonly timeout: number) {
    this.semaphore = new Semaphore(MAX_EXCHANGES, timeout / 2);
  }

  /**
   * Sends one request and reads the whole response, at most 64 KiB and without following redirects. Rejects with a
   * {@link HiworksTransportError}: `'busy'` if no turn came within half of the timeout.
   */
  send(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.semaphore.acquire(new Exchange(request, this.timeout, this.semaphore, resolve, reject));
    });
  }
}

/** One request and its whole response. */
class Exchange implements Task {
  private deadline: NodeJS.Timeout | undefined;
  private clientRequest: http.ClientRequest | undefined;
  private status: number | undefined;
  private settled = false;

  constructor(
    private readonly request: HttpRequest,
    private readonly timeout: number,
    private readonly semaphore: Semaphore,
    private readonly resolve: (response: HttpResponse) => void,
    private readonly reject: (error: HiworksTransportError) => void,
  ) {}

  start(waited: number): void {
    const left = this.timeout - waited;
    this.deadline = setTimeout(() => {
      const hint = 'can this machine reach the host? check firewall and proxy';
      this.fail('timeout', `timed out after ${Math.round(left)} ms`, hint);
    }, left);
    this.attempt();
  }

  timeOut(): void {
    const what = `not sent: queued for ${this.timeout / 2} ms behind ${MAX_EXCHANGES} other requests`;
    const hint = 'is Hiworks slow, or the callback route being flooded?';
    this.reject(new HiworksTransportError(`${this.request.endpoint.name}: ${what} (${hint})`, 'busy'));
  }

  /**
   * Sends the request. If a reused connection drops it before any byte of a response, it is sent once more: the server had
   * closed the idle connection and never read it. That is safe for a one-time code, too: if the server did use it, the
   * second request is refused, and the login fails as it would have without the retry.
   */
  private attempt(stale?: http.ClientRequest): void {
    try {
      if (stale) {
        // Other idle sockets are probably stale too; do not retry on one.
        discardIdleSockets(stale, this.request.endpoint);
      }
      this.send(stale === undefined);
    } catch (error) {
      // An application's agent may throw, at the retry as well.
      this.failToConnect('the request could not be sent', error);
    }
  }

  private send(mayRetry: boolean): void {
    const { endpoint, agent, headers, body } = this.request;
    const { request: open } = endpoint.tls ? https : http;
    let bytesBefore = 0;
    const { protocol, host, port, path, method } = endpoint.options;
    // Few members, of which Node makes two copies, and no spread, with which V8 is slow.
    const options = { protocol, host, port, path, method, headers };
    const request = open(Object.assign(options, agent && { agent }, endpoint.tls));
    this.clientRequest = request;
    request.on('response', (response) => this.read(response));
    request.on('socket', (socket) => {
      bytesBefore = socket.bytesRead;
    });
    request.on('error', (error) => {
      if (this.settled || request !== this.clientRequest) {
        return;
      }
      if (mayRetry && request.reusedSocket && request.socket?.bytesRead === bytesBefore) {
        this.attempt(request);
      } else {
        this.onConnectionError(error);
      }
    });
    request.end(body);
  }

  private read(response: http.IncomingMessage): void {
    this.status = response.statusCode as number;
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_BODY_BYTES) {
        this.fail('too_large', 'the response is larger than 64 KiB', 'is the URL right?');
      }
    });
    response.on('end', () => {
      if (!this.settled) {
        this.settle();
        const { endpoint, secrets } = this.request;
        const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        this.resolve({ endpoint, secrets, status: this.status as number, headers: response.headers, body });
      }
    });
    response.on('error', (error) => this.onConnectionError(error));
  }

  // Mid-response, Node 24 emits the error on the request first, and Node 20 on the response alone.
  private onConnectionError(error: unknown): void {
    this.failToConnect(`the connection ${this.status === undefined ? 'failed' : 'closed mid-response'}`, error);
  }

  private failToConnect(what: string, error: unknown): void {
    const cause = stripError(error, this.request.secrets);
    this.fail('connection_failed', `${what}: ${cause.message}`, 'check network, proxy and firewall', cause);
  }

  private fail(code: HiworksTransportCode, what: string, hint: string, cause?: Error): void {
    if (!this.settled) {
      const { status } = this;
      const suffix = status === undefined ? '' : `, HTTP ${status}`;
      const message = `${this.request.endpoint.name}: ${what}${suffix} (${hint})`;
      this.settle();
      this.clientRequest?.destroy();
      this.reject(new HiworksTransportError(message, code, { cause, statusCode: status }));
    }
  }

  private settle(): void {
    this.settled = true;
    clearTimeout(this.deadline);
    this.semaphore.release();
  }
}

/** Destroys the idle connections that the agent of a request keeps to the same host. */
function discardIdleSockets(request: http.ClientRequest, { options, tls }: Endpoint): void {
  const { agent } = request as unknown as { agent: Partial<http.Agent> & { options?: object } };
  const name = agent.getName?.({ ...options, ...tls, ...agent.options }) ?? '';
  for (const socket of agent.freeSockets?.[name] ?? []) {
    socket.destroy();
  }
}
