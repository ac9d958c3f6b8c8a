import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A company's proxy on loopback, for `https:` only: it opens tunnels and counts them. */
export interface ConnectProxy {
  url: string;
  /** The `host:port` of every tunnel, in order. */
  targets: string[];
  /** The `Proxy-Authorization` header of every tunnel, in order. */
  authorizations: (string | undefined)[];
  /** The largest number of tunnels open at once. */
  mostAtOnce: number;
  close(): Promise<void>;
}

/** Starts a proxy. With `refuse`, a status such as `403 Forbidden`, it opens no tunnel. */
export async function connectProxy({ refuse }: { refuse?: string } = {}): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  let open = 0;
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, client: Socket, head: Buffer) => {
    const target = request.url as string;
    proxy.targets.push(target);
    proxy.authorizations.push(request.headers['proxy-authorization']);
    if (refuse) {
      client.end(`HTTP/1.1 ${refuse}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    open += 1;
    proxy.mostAtOnce = Math.max(proxy.mostAtOnce, open);
    client.on('close', () => {
      open -= 1;
    });
    const upstream = connect(Number(target.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => {
      sockets.delete(upstream);
      client.destroy();
    });
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: ConnectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets: [],
    authorizations: [],
    mostAtOnce: 0,
    async close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await once(server, 'close');
    },
  };
  return proxy;
}
