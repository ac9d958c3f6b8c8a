// The token endpoint, in a process of its own: as fast as Node can respond, so that what is measured is the client.
// Argument: { tls?: { key, cert }, idle?, delay? } as JSON: milliseconds after which an idle connection is closed, and which
// every response takes. Sends back what it counted for each message; 'reset' then begins anew.

import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { MADE_UP, REFUSAL, TOKENS } from './wire.mjs';

const { tls: files, idle, delay } = JSON.parse(process.argv[2]);
let counted = { connections: 0, closedIdle: 0 };

function serve(socket) {
  let unread = '';
  let closing;
  counted.connections += 1;
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('close', () => clearTimeout(closing));
  socket.on('data', (chunk) => {
    clearTimeout(closing);
    unread += chunk.latin1Slice();
    for (let end = requestEnd(unread); end > 0; end = requestEnd(unread)) {
      const response = unread.lastIndexOf(MADE_UP, end) < 0 ? TOKENS : REFUSAL;
      unread = unread.slice(end);
      if (delay) {
        setTimeout(() => socket.write(response), delay);
      } else {
        socket.write(response);
      }
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
    counted = { connections: 0, closedIdle: 0 };
  }
});
process.on('disconnect', () => process.exit());
