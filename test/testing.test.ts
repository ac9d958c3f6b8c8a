import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createHiworksServer } from 'passport-hiworks/testing';
import { closingServers, exchangeFields, HONG, profile, rejection, tokensFor } from './support/testing.js';

describe('passport-hiworks/testing', () => {
  const start = closingServers();

  describe('starting it', () => {
    it('gives the options that lead a strategy to it', async () => {
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

    it('knows four users of two offices, each office with its admin', async () => {
      const { users } = await start();
      expect(users).to.have.length(4);
      expect(users).to.deep.include(HONG);
      const admins = users.filter((user) => user.userId === 'admin').map((user) => user.officeNo);
      expect(new Set(admins)).to.deep.equal(new Set(users.map((user) => user.officeNo)));
    });

    it('takes the client, the users and the port from the options', async () => {
      const free = await start();
      const port = Number(new URL(free.url).port);
      await free.close();
      const server = await start({ clientID: 'mine', clientSecret: 'hush', users: [HONG], port });
      expect(server.options).to.include({ clientID: 'mine', clientSecret: 'hush' });
      expect(server.users).to.deep.equal([HONG]);
      expect(server.url).to.equal(free.url);
    });

    it('rejects with the error of the system if the port is taken', async () => {
      const port = Number(new URL((await start()).url).port);
      expect(await rejection(createHiworksServer({ port }))).to.have.property('code', 'EADDRINUSE');
    });

    const wrongOptions: [string, object, RegExp][] = [
      ['a relative callbackURL', { callbackURL: '/callback' }, /^callbackURL must be an absolute/],
      ['a callbackURL for no browser', { callbackURL: 'ftp://localhost/' }, /^callbackURL/],
      ['a callbackURL that is not a string', { callbackURL: 1 }, /^callbackURL/],
      ['users that are not an array', { users: HONG }, /^users must be a non-empty array/],
      ['no users', { users: [] }, /^users must be a non-empty array/],
      ['a user who is null', { users: [null] }, /^users\[0\]\.userNo must be a non-empty string/],
      ['a number for a userNo', { users: [{ ...HONG, userNo: 1 }] }, /^users\[0\]\.userNo/],
      ['an empty officeNo', { users: [HONG, { ...HONG, officeNo: '' }] }, /^users\[1\]\.officeNo/],
      ['a user without userId', { users: [{ ...HONG, userId: undefined }] }, /^users\[0\]\.userId/],
      ['a user without name', { users: [{ ...HONG, name: undefined }] }, /^users\[0\]\.name/],
      ['one userNo for two users', { users: [HONG, HONG] }, /^users must not have one userNo twice/],
      ['an empty clientID', { clientID: '' }, /^clientID/],
      ['a clientSecret that is not a string', { clientSecret: 1 }, /^clientSecret/],
      ['a fraction for a port', { port: 1.5 }, /^port/],
      ['a negative port', { port: -1 }, /^port/],
      ['a port that does not exist', { port: 65536 }, /^port/],
      ['a word for echoState', { echoState: 'yes' }, /^echoState must be true or false/],
      ['a number for rotateRefreshTokens', { rotateRefreshTokens: 0 }, /^rotateRefreshTokens/],
      ['signInAs a stranger', { signInAs: '1' }, /^signInAs must be the userNo of one of the users/],
    ];
    for (const [name, options, message] of wrongOptions) {
      it(`rejects ${name} with a TypeError that names the option`, async () => {
        const error = await rejection(createHiworksServer(options));
        expect(error).to.be.an.instanceOf(TypeError);
        expect(error.message).to.match(message);
      });
    }
  });

  it('responses a wrong address with a page, not with JSON', async () => {
    const response = await fetch(`${(await start()).url}/open/auth/access_token`, { method: 'POST' });
    expect(response.status).to.equal(404);
    expect(response.headers.get('content-type')).to.match(/^text\/html/);
    expect(await response.text()).to.include('페이지를 찾을 수 없습니다');
  });

  describe('what it was sent', () => {
    it('is kept in order', async () => {
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

    it('can be emptied', async () => {
      const server = await start();
      await fetch(server.url);
      server.requests.length = 0;
      await fetch(`${server.url}/again`);
      expect(server.requests.map(({ path }) => path)).to.deep.equal(['/again']);
    });

    it('does not include a request that was broken off', async () => {
      const server = await start();
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write('POST /open/auth/accesstoken HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\na=1');
      // The second request is responseed once the first has reached the server.
      await fetch(server.url);
      socket.destroy();
      await fetch(server.url);
      expect(server.requests.map(({ path }) => path)).to.deep.equal(['/', '/']);
    });
  });

  describe('closing it', () => {
    it('frees the port, and may be done again', async () => {
      const server = await start();
      await (await fetch(server.url)).text();
      await Promise.all([server.close(), server.close()]);
      await server.close();
      expect((await rejection(fetch(server.url))).cause).to.have.property('code', 'ECONNREFUSED');
    });
  });

  it('needs no global that tests replace or their environment lacks, neither at load nor later', async () => {
    const script = `
      const { request } = require('node:http');
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
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      cwd: join(__dirname, '..'),
    });
    expect(stdout).to.match(/callback\?auth_code=\w{32} .*callback\?error=\S+ .*sso\?token=\w{32}\n$/);
  });

  it('works by import and by require, one function either way', async () => {
    const imported = await import('passport-hiworks/testing');
    expect(imported.createHiworksServer).to.equal(createHiworksServer);
  });
});
