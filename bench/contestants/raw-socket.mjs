import net from 'node:net';
import { stringify } from 'node:querystring';
import tls from 'node:tls';
import { codeNumber, fields, RESPONSE, URLS, USER_NO } from '../wire.mjs';

const MOST_CONNECTIONS = 50;

/** The physical limit: the same bytes back and forth on kept-alive sockets, nothing built and nothing read. */
export function createLogin(url) {
  const { protocol, hostname, port } = new URL(url);
  const { connect } = protocol === 'https:' ? tls : net;
  const idle = [];
  const waiting = [];
  let connections = 0;

  const body = stringify(fields(codeNumber(0)));
  const request = [
    `POST ${URLS.token} HTTP/1.1`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
    `Host: ${hostname}:${port}`,
    'Connection: keep-alive',
    '',
    body,
  ].join('\r\n');

  function open() {
    connections += 1;
    const socket = connect({ host: hostname, port });
    let missing = 0;
    let login;
    socket.setNoDelay(true);
    socket.on('error', (error) => login.reject(error));
    socket.on('data', (chunk) => {
      missing -= chunk.length;
      if (missing === 0) {
        login.resolve(USER_NO);
        if (waiting.length > 0) {
          send(waiting.shift());
        } else {
          idle.push(send);
        }
      }
    });
    function send(next) {
      login = next;
      missing = RESPONSE.length;
      socket.write(request, 'latin1');
    }
    return send;
  }

  return () =>
    new Promise((resolve, reject) => {
      const login = { resolve, reject };
      const send = idle.pop() ?? (connections < MOST_CONNECTIONS ? open() : undefined);
      if (send) {
        send(login);
      } else {
        waiting.push(login);
      }
    });
}
