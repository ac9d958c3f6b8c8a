import { Agent, request } from 'node:http';
import { expect } from 'chai';
import type { HiworksServer, ScriptedEndpoint, ScriptedFailure } from 'passport-hiworks/testing';
import {
  authorization,
  CALLBACK,
  closingServers,
  codeFor,
  exchangeFields,
  HONG,
  postForm,
  profile,
  rejection,
} from './support/testing.js';

describe('createHiworksServer: scripted failures', () => {
  const start = closingServers();

  it('fail() scripts the next response of an endpoint, and several queue up', async () => {
    const server = await start();
    server.fail('token', { code: 'ERR', msg: '점검 중' });
    server.fail('token', { code: 500, message: '잠시 후', data: null });
    const fields = exchangeFields(server, await codeFor(server));
    expect(await postForm(server, fields)).to.deep.equal({ code: 'ERR', msg: '점검 중' });
    expect(await postForm(server, fields)).to.deep.equal({ code: 500, message: '잠시 후', data: null });
    expect(await postForm(server, fields)).to.have.property('code', 'SUC');
  });

  it('a scripted failure may have an HTTP status', async () => {
    const server = await start();
    server.fail('profile', { code: 'ERR', status: 401 });
    const response = await profile(server, {});
    expect(response.status).to.equal(401);
    expect(await response.json()).to.deep.equal({ code: 'ERR' });
  });

  it('a scripted failure may be any response', async () => {
    const server = await start();
    server.fail('profile', { body: 'moved', status: 302, headers: { Location: '/x', 'X-Y': 'z' } });
    server.fail('profile', { body: new Uint8Array([0xff, 0x00]) });
    const moved = await fetch(`${server.url}/user/v2/me`, { redirect: 'manual' });
    expect(moved.status).to.equal(302);
    expect(moved.headers.get('location')).to.equal('/x');
    expect(moved.headers.get('x-y')).to.equal('z');
    expect(await moved.text()).to.equal('moved');
    const bytes = await profile(server, {});
    expect(bytes.status).to.equal(200);
    expect(bytes.headers.get('content-type')).to.equal(null);
    expect([...new Uint8Array(await bytes.arrayBuffer())]).to.deep.equal([0xff, 0x00]);
  });

  for (const endpoint of ['authorization', 'token', 'profile'] as const) {
    const addresses = {
      authorization: authorization,
      token: (server: HiworksServer) => `${server.url}/open/auth/accesstoken`,
      profile: (server: HiworksServer) => `${server.url}/user/v2/me`,
    };

    it(`a scripted failure at ${endpoint} may be a hang, which close() ends`, async () => {
      const server = await start();
      server.fail(endpoint, 'hang');
      const hanging = rejection(fetch(addresses[endpoint](server)));
      while (server.requests.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const outcome = await Promise.race([hanging, new Promise((done) => setTimeout(done, 50, 'still'))]);
      expect(outcome).to.equal('still');
      expect(server.requests).to.have.length(1);
      await server.close();
      await hanging;
    });

    it(`a scripted failure at ${endpoint} may be a reset`, async () => {
      const server = await start();
      server.fail(endpoint, 'reset');
      const error = await rejection(fetch(addresses[endpoint](server)));
      expect(error.cause).to.have.property('code', 'ECONNRESET');
      await fetch(addresses[endpoint](server));
    });

    it(`a scripted failure at ${endpoint} may be a truncated response`, async () => {
      const server = await start();
      server.fail(endpoint, 'truncate');
      const response = await fetch(addresses[endpoint](server));
      expect(response.status).to.equal(200);
      await rejection(response.text());
    });
  }

  it('a scripted failure at authorization may be a callback with any parameters', async () => {
    const server = await start({ echoState: true });
    server.fail('authorization', { query: { error: 'server_error', state: 'forged' } });
    server.fail('authorization', { code: 403, msg: '권한 없음', status: 403 });
    const outcome = async () =>
      Object.fromEntries(
        new URL(await server.signIn(authorization(server, { state: 's1' }), HONG.userNo)).searchParams,
      );
    expect(await outcome()).to.deep.equal({ error: 'server_error', state: 'forged' });
    expect(await outcome()).to.deep.equal({ state: 's1', code: '403', msg: '권한 없음' });
    expect(await outcome()).to.have.all.keys('state', 'auth_code');
  });

  it('a scripted failure at authorization may be a callback without any parameter', async () => {
    const server = await start({ echoState: true });
    server.fail('authorization', { query: {} });
    expect(await server.signIn(authorization(server, { state: 's1' }), HONG.userNo)).to.equal(CALLBACK);
  });

  it('a scripted failure at authorization may be a page, whose text signIn() reports', async () => {
    const server = await start();
    server.fail('authorization', { body: '<h1>점검\n중</h1>', status: 503 });
    const error = await rejection(server.signIn(authorization(server), HONG.userNo));
    expect(error.message).to.equal('Hiworks refused with HTTP 503: 점검 중');
  });

  const wrongFailures: [string, string, unknown, RegExp][] = [
    ['an unknown endpoint', 'login', 'hang', /endpoint must be/],
    ['an unknown string', 'token', 'explode', /failure must be 'hang'/],
    ['null', 'token', null, /failure must be 'hang'/],
    ['an empty object', 'token', {}, /must have a code, a body or a query/],
    ['a query for no callback', 'token', { query: {} }, /only 'authorization'/],
    ['a fraction for a status', 'token', { code: 'ERR', status: 200.5 }, /status must be/],
    ['an informational status', 'token', { body: '', status: 101 }, /status must be/],
    ['a status that does not exist', 'token', { body: '', status: 600 }, /status must be/],
    ['a number for a body', 'token', { body: 1 }, /body must be a string or a Uint8Array/],
    ['a header that cannot be sent', 'token', { body: '', headers: { 'a b': '' } }, /Header name/],
  ];
  for (const [name, endpoint, failure, message] of wrongFailures) {
    it(`fail() throws a TypeError for ${name}`, async () => {
      const server = await start();
      const fail = () => server.fail(endpoint as ScriptedEndpoint, failure as ScriptedFailure);
      expect(fail).to.throw(TypeError, message);
    });
  }

  it('a scripted reset is one failure for the application, however often its client repeats the request', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true });
    const post = (form: string) =>
      new Promise<string>((resolve) => {
        const outgoing = request(
          `${server.url}/open/auth/accesstoken`,
          { method: 'POST', agent },
          (response) => {
            // Later than the agent, which takes the connection back at the same event.
            response.resume().on('end', () => setImmediate(resolve, `HTTP ${response.statusCode}`));
          },
        );
        outgoing
          .on('error', ({ code }: NodeJS.ErrnoException) => resolve(`${code}, ${outgoing.reusedSocket}`))
          .end(form);
      });
    expect(await post('warm=1')).to.equal('HTTP 200');
    server.fail('token', 'reset');
    expect(await post('auth_code=a')).to.equal('ECONNRESET, true');
    // An unrelated request in between does not meet it.
    expect(await post('warm=2')).to.equal('HTTP 200');
    expect(await post('auth_code=a')).to.equal('ECONNRESET, true');
    expect(await post('auth_code=a')).to.equal('ECONNRESET, false');
    expect(await post('auth_code=a')).to.equal('HTTP 200');
    agent.destroy();
  });
});
