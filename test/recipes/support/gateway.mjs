import { once } from 'node:events';
import http, { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** The fake Hiworks with responses that take `delay` milliseconds, and with pages that can be framed. */
export function startGateway(hiworks, delay = 0) {
  const gateway = createServer(async (req, res) => {
    const [body] = await Promise.all([buffer(req), sleep(delay)]);
    const { method, url, headers } = req;
    const sent = http.request(hiworks.url + url, {
      method,
      headers: { ...headers, host: new URL(hiworks.url).host },
    });
    const [response] = await once(sent.end(body), 'response');
    delete response.headers['content-security-policy'];
    response.pipe(res.writeHead(response.statusCode, response.headers));
  });
  return listen(gateway);
}

/** Has a server listen: its URL, and a function that ends it and its connections. */
export async function listen(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
