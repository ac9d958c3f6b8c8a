import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createHiworksServer } from 'passport-hiworks/testing';
import {
  CALLBACK,
  closingServers,
  exchangeFields,
  HONG,
  profile,
  rejection,
  send,
  tokensFor,
} from './support/testing.js';

/** Runs a script that may require the package, in a process of its own. */
function run(script: string) {
  return promisify(execFile)(process.execPath, ['-e', script], {
    cwd: join(__dirname, '..'),
    timeout: 30_000,
  });
}

describe('createHiworksServer', () => {
  const start = closingServers();

  it('createHiworksServer() returns the options that lead a strategy to it', async () => {
    const server = await start();
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.options).to.deep.equal({
      clientID: server.options.clientID,
      clientSecret: server.options.clientSecret,
      baseURL: server.url,
    });
    expect(server.options.clientID).to.match(/\.open\.apps$/);
    expect(server.options.clientSecret).to.match(/^[a-z0-9]{32}$/);
    expect((await start()).options.clientSecret).not.to.equal(server.options.clientSecret);
  });

  it('there are four users of two offices by default, an admin in each', async () => {
    const { users } = await start();
    expect(users).to.have.length(4);
    expect(users).to.deep.include(HONG);
    const admins = users.filter((user) => user.userId === 'admin').map((user) => user.officeNo);
    expect(new Set(admins)).to.deep.equal(new Set(users.map((user) => user.officeNo)));
    expect(users).to.be.frozen;
    expect(users[0]).to.be.frozen;
  });

  it('the client, the users and the port are options', async () => {
    const free = await start();
    const port = Number(new URL(free.url).port);
    await free.close();
    const server = await start({ clientID: 'mine', clientSecret: 'hush', users: [HONG], port });
    expect(server.options).to.include({ clientID: 'mine', clientSecret: 'hush' });
    expect(server.users).to.deep.equal([HONG]);
    expect(server.url).to.equal(free.url);
  });

  it('createHiworksServer() rejects with the error of the system if the port is taken', async () => {
    const port = Number(new URL((await start()).url).port);
    expect(await rejection(createHiworksServer({ port }))).to.have.property('code', 'EADDRINUSE');
  });

  const wrongOptions: [string, object, RegExp][] = [
    [
      'a misspelled option',
      { callbackUrl: CALLBACK },
      /^createHiworksServer: unknown option "callbackUrl"; the options are callbackURL, /,
    ],
    ['null', { clientID: null }, /^createHiworksServer: `clientID` must be a non-empty string/],
    [
      'a relative callbackURL',
      { callbackURL: '/callback' },
      /^createHiworksServer: `callbackURL` must be an absolute/,
    ],
    [
      'a callbackURL for no browser',
      { callbackURL: 'ftp://localhost/' },
      /^createHiworksServer: `callbackURL`/,
    ],
    ['a callbackURL that is not a string', { callbackURL: 1 }, /^createHiworksServer: `callbackURL`/],
    [
      'users that are not an array',
      { users: HONG },
      /^createHiworksServer: `users` must be a non-empty array/,
    ],
    ['no users', { users: [] }, /^createHiworksServer: `users` must be a non-empty array/],
    [
      'a user who is null',
      { users: [null] },
      /^createHiworksServer: `users` must be a non-empty array of objects/,
    ],
    [
      'an unknown field of a user',
      { users: [{ ...HONG, email: '' }] },
      /^createHiworksServer: users\[0\]: unknown option "email"/,
    ],
    [
      'a number for a userNo',
      { users: [{ ...HONG, userNo: 1 }] },
      /^createHiworksServer: users\[0\]: `userNo` must be a non-empty string/,
    ],
    [
      'an empty officeNo',
      { users: [HONG, { ...HONG, officeNo: '' }] },
      /^createHiworksServer: users\[1\]: `officeNo` must be a non-empty string/,
    ],
    [
      'a user without userId',
      { users: [{ ...HONG, userId: undefined }] },
      /^createHiworksServer: users\[0\]: `userId` must be a non-empty string/,
    ],
    [
      'a user without name',
      { users: [{ ...HONG, name: undefined }] },
      /^createHiworksServer: users\[0\]: `name` must be a non-empty string/,
    ],
    [
      'one userNo for two users',
      { users: [HONG, HONG] },
      /^createHiworksServer: `users` must be users of different userNo/,
    ],
    ['an empty clientID', { clientID: '' }, /^createHiworksServer: `clientID`/],
    ['a clientSecret that is not a string', { clientSecret: 1 }, /^createHiworksServer: `clientSecret`/],
    ['a fraction for a port', { port: 1.5 }, /^createHiworksServer: `port`/],
    ['a negative port', { port: -1 }, /^createHiworksServer: `port`/],
    ['a port that does not exist', { port: 65536 }, /^createHiworksServer: `port`/],
    [
      'a string for echoState',
      { echoState: 'yes' },
      /^createHiworksServer: `echoState` must be true or false/,
    ],
    [
      'a number for rotateRefreshTokens',
      { rotateRefreshTokens: 0 },
      /^createHiworksServer: `rotateRefreshTokens`/,
    ],
    [
      'an unknown user for signInAs',
      { signInAs: '1' },
      /^createHiworksServer: `signInAs` must be the userNo of one of the users/,
    ],
  ];
  for (const [name, options, message] of wrongOptions)
    it(`createHiworksServer() rejects ${name} with a TypeError that names the option`, async () => {
      const error = await rejection(createHiworksServer(options));
      expect(error).to.be.an.instanceOf(TypeError);
      expect(error.message).to.match(message);
    });

  it('a request to an unknown path gets a page, not JSON', async () => {
    const response = await fetch(`${(await start()).url}/open/auth/access_token`, { method: 'POST' });
    expect(response.status).to.equal(404);
    expect(response.headers.get('content-type')).to.match(/^text\/html/);
    expect(await response.text()).to.include('페이지를 찾을 수 없습니다');
  });

  it('requests holds what the server received, in order', async () => {
    const server = await start();
    const { access_token } = await tokensFor(server, 'online');
    await profile(server, { authorization: `Bearer ${access_token}` });
    await fetch(`${server.url}/nowhere?a=1&a=2`);
    const seen = server.requests.map(({ endpoint, method, path }) => `${endpoint} ${method} ${path}`);
    expect(seen).to.deep.equal([
      'authorization GET /open/auth/authform',
      'signin POST /open/auth/signin',
      'token POST /open/auth/accesstoken',
      'profile GET /user/v2/me',
      'unknown GET /nowhere',
    ]);
    const [opened, , token, me, nowhere] = server.requests;
    expect(opened?.query).to.deep.equal({ client_id: server.options.clientID, access_type: 'online' });
    expect(token?.form).to.have.all.keys(Object.keys(exchangeFields(server, '')));
    expect(token?.body).to.equal(new URLSearchParams(token?.form).toString());
    expect(me).to.include({ body: '' });
    expect(me?.headers.authorization).to.equal(`Bearer ${access_token}`);
    expect(me?.form).to.deep.equal({});
    expect(nowhere?.query).to.deep.equal({ a: '2' });
  });

  it('requests can be emptied', async () => {
    const server = await start();
    await fetch(server.url);
    server.requests.length = 0;
    await fetch(`${server.url}/again`);
    expect(server.requests.map(({ path }) => path)).to.deep.equal(['/again']);
  });

  it('requests leaves out a request whose client hung up', async () => {
    const server = await start();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /open/auth/accesstoken HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 10\r\n\r\na=1`,
    );
    // Its response comes after the first request has reached the server.
    await fetch(server.url);
    socket.destroy();
    await fetch(server.url);
    expect(server.requests.map(({ path }) => path)).to.deep.equal(['/', '/']);
  });

  it('a request with another Host is refused unread, as DNS rebinding would send it', async () => {
    const server = await start();
    const { port } = new URL(server.url);
    const status = async (host: string) => (await send(server.url, { headers: { host } })).status;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      'localhost:1',
      `127.0.0.1.evil.example:${port}`,
    ]) {
      expect(await status(host), host).to.equal(421);
    }
    expect(server.requests).to.be.empty;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect(await status(host), host).to.equal(200);
    }
    const { headers, body } = await send(server.url, { headers: { host: 'evil.example' } });
    expect(headers.connection).to.equal('close');
    expect(body).to.include(`주소를 확인해 주세요: ${server.url}`);
  });

  it('a body over 64 KiB is refused with 413, and neither kept nor read to its end', async () => {
    const server = await start();
    const url = `${server.url}/open/auth/accesstoken`;
    const post = (value: string) => send(url, { method: 'POST', form: { value } });
    const largest = 64 * 1024 - 'value='.length;
    expect((await post('x'.repeat(largest))).status).to.equal(200);
    const refused = await post('x'.repeat(largest + 1));
    expect(refused.status).to.equal(413);
    expect(refused.headers.connection).to.equal('close');
    expect(server.requests.map(({ body }) => body.length)).to.deep.equal([64 * 1024]);

    const endless = request(url, { method: 'POST', agent: new Agent() });
    endless.on('error', () => undefined).write('x'.repeat(64 * 1024 + 1));
    const [response] = (await once(endless, 'response')) as [IncomingMessage];
    expect(response.statusCode).to.equal(413);
    await once(response.resume(), 'close');
  });

  it('a server that is not closed lets its process end, but not before a request has its response', async () => {
    const script = `
        const { createHiworksServer } = require('passport-hiworks/testing');
        const { Agent, get } = require('node:http');
        createHiworksServer().then(({ url, fail }) => {
          fail('profile', 'hang');
          const agent = new Agent({ keepAlive: true });
          get(url, { agent }, (response) => {
            response.resume().on('end', () => {
              console.log(response.statusCode);
              // Waits for its timeout, and then ends with the kept connection open.
              const hanging = get(url + '/user/v2/me', { timeout: 200 }, () => undefined);
              hanging.on('timeout', () => { console.log('timeout'); hanging.destroy(); }).on('error', () => undefined);
            });
          });
        });`;
    const { stdout } = await run(script);
    expect(stdout).to.equal('200\ntimeout\n');
  });

  it('close() frees the port, and may be called again', async () => {
    const server = await start();
    await (await fetch(server.url)).text();
    await Promise.all([server.close(), server.close()]);
    await server.close();
    expect((await rejection(fetch(server.url))).cause).to.have.property('code', 'ECONNREFUSED');
  });

  it('the server needs no global that tests replace or lack, neither at load nor later, nor the global agent', async () => {
    const script = `
      const http = require('node:http');
      http.globalAgent = { addRequest() { throw new Error('the global agent was used'); } };
      for (const name of ['fetch', 'Headers', 'Request', 'Response', 'FormData', 'URL', 'URLSearchParams', 'TextDecoder',
        'TextEncoder', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) {
        delete globalThis[name];
      }
      const { createHiworksServer } = require('passport-hiworks/testing');
      (async () => {
        const callbackURL = 'http://localhost:3000/callback';
        const hiworks = await createHiworksServer({ callbackURL, ssoURL: 'http://localhost:3000/sso' });
        const query = 'client_id=passport-hiworks.open.apps&access_type=online';
        const url = hiworks.url + '/open/auth/authform?' + query;
        console.log(await hiworks.signIn(url, '1234567'), await hiworks.refuse(url), await hiworks.openMenu('1234567'));
        await hiworks.close();
      })();`;
    const { stdout } = await run(script);
    expect(stdout).to.match(/callback\?auth_code=\w{32} .*callback\?error=\S+ .*sso\?token=\w{32}\n$/);
  });

  it('createHiworksServer is the same function by import and by require', async () => {
    const imported = await import('passport-hiworks/testing');
    expect(imported.createHiworksServer).to.equal(createHiworksServer);
  });
});
