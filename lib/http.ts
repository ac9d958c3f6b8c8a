import http = require('node:http');
import https = require('node:https');

import { urlToHttpOptions } from 'node:url';
import { type HiworksTransportCode, HiworksTransportError } from './errors.js';
import { words } from './words.js';

/** One of Hiworks' endpoints, prepared once for all requests to it. */
export interface Endpoint {
  /** What is asked of whom, for messages: `POST https://…`, without a query. */
  asked: string;
  request: http.RequestOptions;
  /** Milliseconds for one whole exchange: waiting for a connection, connecting, sending, reading. */
  timeout: number;
}

/** One whole answer. */
export interface Answer {
  /** The endpoint's `asked`. */
  asked: string;
  status: number;
  /** Makes an object of the headers; Node does so when asked, and most answers are read without. */
  headers: () => http.IncomingHttpHeaders;
  body: Buffer;
}

const LARGEST_BODY = 64 * 1024;

/**
 * A connection pool for one host that is right for logins: kept alive, 50 connections at most, first come first served.
 *
 * Idle connections are given up after 15 s, before a firewall in between forgets them without a word.
 */
export function createAgent({ protocol, origin }: URL): http.Agent {
  const options: http.AgentOptions = { keepAlive: true, timeout: 15_000 };
  const agent = protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  // Given as an option, Node would copy it for every request.
  agent.maxSockets = 50;
  // Node joins some twenty TLS options to a name several times a request: they are the same for the whole pool.
  agent.getName = () => origin;
  return agent;
}

/** Prepares the requests of one kind. */
export function prepare(method: string, url: URL, agent: http.Agent, timeout: number): Endpoint {
  const { protocol, hostname: host, port, path } = urlToHttpOptions(url);
  return {
    asked: `${method} ${url.origin}${url.pathname}`,
    // Node's client copies these several times a request: the parts of a URL that it has no use for stay out.
    request: { protocol, host, port, path, method, agent } as http.RequestOptions,
    timeout,
  };
}

/**
 * Sends one request and reads the whole answer, or rejects with a {@link HiworksTransportError}: within the deadline,
 * at most 64 KiB, and without following redirects.
 *
 * A request that a reused connection dropped before any byte of an answer is sent once more: the server had closed the
 * idle connection and never read it. That is safe for a one-time code, too. Had the server spent the code after all, the
 * second request would be refused, and the login fail as it would have failed without it; it cannot succeed twice.
 */
export function exchange(
  { asked, request: options, timeout }: Endpoint,
  headers: http.OutgoingHttpHeaders,
  body?: string,
): Promise<Answer> {
  const { request: open } = options.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    let current: http.ClientRequest | undefined;
    let status: number | undefined;
    let settled = false;

    const deadline = setTimeout(() => {
      fail(
        'timeout',
        `no whole answer within ${timeout} ms. Can this machine reach the host (firewall, proxy)?`,
      );
    }, timeout);

    function settle(): void {
      settled = true;
      clearTimeout(deadline);
    }

    function fail(code: HiworksTransportCode, what: string, error?: Error): void {
      if (!settled) {
        settle();
        const because = error ? `: ${reason(error)}` : '';
        reject(new HiworksTransportError(`${asked}: ${what}${because}`, code, error && bare(error)));
        current?.destroy();
      }
    }

    // Inside an answer, Node.js 24 tells the request first and Node.js 20 the response alone.
    function broken(error: Error): void {
      const what = status === undefined ? 'failed' : `broke off inside the answer (HTTP ${status})`;
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
      const request = open({ ...options, headers });
      current = request;
      request.on('socket', (socket) => {
        bytesBefore = socket.bytesRead;
      });
      request.on('response', read);
      request.on('error', (error) => {
        if (settled || current !== request) {
          return;
        }
        if (mayRepeat && request.reusedSocket && request.socket?.bytesRead === bytesBefore) {
          discardIdle(options.agent as http.Agent);
          attempt(false);
        } else {
          broken(error);
        }
      });
      // A switch of protocols ends without an answer and without an error.
      request.on('close', () => {
        if (current === request && status === undefined) {
          fail('connection_failed', 'the connection ended without an answer');
        }
      });
      request.end(body);
    }

    function read(response: http.IncomingMessage): void {
      status = response.statusCode;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST_BODY) {
          fail('too_large', `the answer is larger than 64 KiB (HTTP ${status})`);
        }
      });
      response.on('end', () => {
        settle();
        const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        resolve({ asked, status: status as number, headers: () => response.headers, body });
      });
      response.on('error', broken);
    }

    attempt(true);
  });
}

// Where the server closed one idle connection, the others are likely as dead: the second try must not meet one of them.
function discardIdle(agent: http.Agent): void {
  for (const socket of Object.values(agent.freeSockets ?? {}).flat()) {
    socket?.destroy();
  }
}

// Node's own errors carry the raw packet, certificates and more in further fields.
function bare(error: NodeJS.ErrnoException): Error {
  return Object.assign(new Error(reason(error)), { code: error.code });
}

// Where a host has several addresses, the error is an AggregateError without a message. TLS errors end with a line
// break, and an application's agent may throw what is no error at all.
function reason(error: Error): string {
  const { errors } = error as AggregateError;
  const said = error.message || errors?.map(({ message }: Error) => message).join('; ');
  return words(said || String(error)) ?? 'no reason given';
}
