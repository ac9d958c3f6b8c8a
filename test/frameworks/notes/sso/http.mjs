import { createServer } from 'node:http';
import { Passport } from 'passport';
import { home, path, port, started, strategy } from './verify.mjs';

const passport = new Passport();
const users = new Map();

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  const id = /user=(\d+)/.exec(request.headers.cookie)?.[1];
  if (request.url.startsWith(path)) {
    passport.authenticate(strategy, { session: false })(request, response, () => {
      users.set(request.user.id, request.user);
      response.writeHead(302, { location: '/', 'set-cookie': `user=${request.user.id}; HttpOnly` }).end();
    });
  } else {
    response.end(home(users.get(id)));
  }
}).listen(port, () => started(server));
