import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { tokenBody } from './strategy.js';

const fixture = (name: string) => join(__dirname, '../../test/fixtures/tls-for-tests-only', name);

/** The file of the certificate, self-signed for `localhost`, and the certificate itself. */
export const CERTIFICATE_FILE = fixture('certificate.pem');
export const CERTIFICATE = readFileSync(CERTIFICATE_FILE);

/** A Hiworks over TLS on loopback. */
export interface TlsHiworks {
  url: string;
  /** `METHOD path` of every request, in order. */
  requests: string[];
  /** How many connections were opened. */
  connections: number;
  /** Drops every connection at its second request. */
  dropReused: boolean;
  close(): Promise<void>;
}

/** Starts it. It responds to a POST with tokens and to any other request with a profile. */
export async function tlsHiworks(): Promise<TlsHiworks> {
  const used = new WeakSet<object>();
  const server = createServer(
    { key: readFileSync(fixture('key.pem')), cert: CERTIFICATE },
    (request: IncomingMessage, response: ServerResponse) => {
      hiworks.requests.push(`${request.method} ${request.url}`);
      if (hiworks.dropReused && used.has(request.socket)) {
        request.socket.destroy();
        return;
      }
      used.add(request.socket);
      request.resume().on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(
          request.method === 'POST' ? tokenBody() : '{"no":"1234567","user_id":"hong","name":"홍길동"}',
        );
      });
    },
  );
  server.on('secureConnection', (socket: TLSSocket) => {
    hiworks.connections += 1;
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hiworks: TlsHiworks = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    requests: [],
    connections: 0,
    dropReused: false,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return hiworks;
}
