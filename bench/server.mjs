// The token endpoint, in a process of its own: as fast as Node can respond, so that what is measured is the client.
// Argument: { tls?: { key, cert }, idle?: milliseconds after which an idle connection is closed }, as JSON. Sends back
// what it counted for each message; 'reset' then begins anew, and 'hang up' closes all connections.

import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { RESPONSE } from './wire.mjs';

const { tls: files, idle } = JSON.parse(process.argv[2]);
const sockets = new Set();
let counted;
reset();

function reset() {
  counted = { connections: 0, resumed: 0, requests: 0, closedIdle: 0 };
}

function serve(socket) {
  let unread = '';
  let closing;
  sockets.add(socket);
  counted.connections += 1;
  counted.resumed += socket.isSessionReused?.() ? 1 : 0;
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    sockets.delete(socket);
    clearTimeout(closing);
  });
  socket.on('data', (chunk) => {
    clearTimeout(closing);
    unread += chunk.latin1Slice();
    for (let end = requestEnd(unread); end > 0; end = requestEnd(unread)) {
      unread = unread.slice(end);
      counted.requests += 1;
      socket.write(RESPONSE);
    }
    if (idle) {
      closing = setTimeout(() => {
        counted.closedIdle += 1;
        socket.end();
      }, idle);
    }
  });
}

function requestEnd(text) {
  const head = text.indexOf('\r\n\r\n');
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  const end = head + 4 + length;
  return head > 0 && text.length >= end ? end : 0;
}

const server = files
  ? tls.createServer({ key: readFileSync(files.key), cert: readFileSync(files.cert) }, serve)
  : net.createServer(serve);

server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
  process.send({ url: `${files ? 'https' : 'http'}://127.0.0.1:${server.address().port}` });
});

process.on('message', (message) => {
  process.send(counted);
  if (message === 'reset') {
    reset();
  }
  if (message === 'hang up') {
    for (const socket of sockets) {
      socket.end();
    }
  }
});
process.on('disconnect', () => process.exit());
