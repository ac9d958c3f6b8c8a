import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A server on loopback that responds with exactly the bytes of a test. */
export interface RawServer {
  url: string;
  /** The text of each request, headers and body, in order. */
  requests: string[];
  /** How many connections were opened. */
  connections: number;
  close(): Promise<void>;
}

type Respond = (socket: Socket, request: string) => void;

/**
 * Starts a server that calls `respond` for every whole request (one with a Content-Length, or a GET) and `greet` for every
 * connection.
 */
export async function rawServer(
  respond: Respond,
  greet: (socket: Socket) => void = () => undefined,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    raw.connections += 1;
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    greet(socket);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head >= 0 && text.length >= head + 4 + length) {
        raw.requests.push(text);
        const request = text;
        text = '';
        respond(socket, request);
      }
    });
  });
  const raw: RawServer = {
    url: '',
    requests: [],
    connections: 0,
    close: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  raw.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return raw;
}

/** Starts such servers for the tests of this `describe`; each is closed after its test. */
export function rawServers(): typeof rawServer {
  const servers: RawServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (...handlers) => {
    const server = await rawServer(...handlers);
    servers.push(server);
    return server;
  };
}

/** An HTTP/1.1 response with a Content-Length, as bytes. */
export function http(status: number, body: string | Buffer, headers: Record<string, string> = {}): Buffer {
  const bytes = Buffer.from(body);
  const lines = { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers };
  const head = Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${head}\r\n`), bytes]);
}

/** Responds to every request in this way, and closes the connection. */
export function respondWith(...response: Parameters<typeof http>): Respond {
  const bytes = http(...response);
  return (socket) => socket.end(bytes);
}
