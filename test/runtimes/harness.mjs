import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Passport } from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

let count = 0;
let failures = 0;

/** Runs one check and prints its result. */
export async function check(name, run) {
  count += 1;
  try {
    await run();
    console.log(`ok - ${name}`);
  } catch (error) {
    failures += 1;
    process.exitCode = 1;
    console.log(`not ok - ${name}\n${error?.stack ?? error}`);
  }
}

/** Prints how many checks failed. */
export function report() {
  console.log(failures === 0 ? `all ${count} checks passed` : `${failures} failed`);
}

export const callbackURL = 'http://localhost:3000/auth/hiworks/callback';
export const user = { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '홍길동' };

/** A token response's body (reconstructed). */
export const tokens = JSON.stringify({
  code: 'SUC',
  msg: '',
  data: {
    access_token: 'abcdefghijklmnopqrstuvwxyz012345',
    office_no: user.officeNo,
    user_no: user.userNo,
  },
});

/** A strategy for callbacks that no start came before. */
export function strategyFor(baseURL, options = {}) {
  return new HiworksStrategy(
    {
      clientID: 'client-id.open.apps',
      clientSecret: 'a-client-secret',
      baseURL,
      callbackURL,
      state: false,
      ...options,
    },
    (_accessToken, _refreshToken, profile, done) => done(null, profile),
  );
}

/** Runs the strategy on Hiworks' callback. Resolves with the profile, or rejects with the error or failure. */
export function logIn(strategy, query = 'auth_code=abc') {
  const passport = new Passport();
  passport.use(strategy);
  return new Promise((resolve, reject) => {
    const decide = (error, profile, info) => (profile ? resolve(profile) : reject(error ?? info));
    const req = { method: 'GET', url: `/auth/hiworks/callback?${query}`, headers: {} };
    passport.authenticate('hiworks', decide)(req, {}, reject);
  });
}

export async function rejectionOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail('did not reject');
}

/** Runs `steps` with an HTTP server on loopback that `respond` is the listener of. */
export function withHttpServer(respond, steps) {
  return withServer(createHttpServer(respond), steps);
}

/** Runs `steps` with a TCP server on loopback that calls `respond` with the socket for every chunk it receives. */
export function withTcpServer(respond, steps) {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => respond(socket));
  });
  return withServer(server, steps);
}

async function withServer(server, steps) {
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await steps(`http://127.0.0.1:${server.address().port}`, sockets);
  } finally {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  }
}
