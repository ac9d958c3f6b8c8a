import { Agent } from 'node:http';
import { expect } from 'chai';
import { HttpsProxyAgent } from 'https-proxy-agent';
import nock from 'nock';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { connectProxy } from './support/connect-proxy.js';
import { interceptHTTP } from './support/intercept.js';
import { authenticate, errorOf, get, type LoginError, userOf } from './support/login.js';
import { http, rawServers } from './support/raw-server.js';
import { ACCESS_TOKEN, CLIENT_SECRET, CODE, expectNothingSecretIn } from './support/secrets.js';
import { CALLBACK, ME_BODY, strategyFor, tokenBody } from './support/strategy.js';

// biome-ignore lint/suspicious/noExplicitAny: anything can be thrown
type Any = any;

const NOWHERE = 'http://127.0.0.1:1';
const API_KEY = 'sh0uldneverbeseenapikey000000001';

const throwingGetters = Object.defineProperties(new Error('x'), {
  message: {
    get() {
      throw new Error('no message today');
    },
  },
});

describe('An error of an agent, a proxy or a mock', () => {
  const serve = rawServers();

  const failWith = async (
    error: unknown,
    options: Partial<HiworksStrategyOptions> = {},
  ): Promise<LoginError> => {
    const agent = Object.assign(new Agent(), {
      addRequest(request: Any) {
        setImmediate(() => request.emit('error', error));
      },
    });
    return errorOf(await authenticate(strategyFor(NOWHERE, { agent, ...options }), get(CALLBACK)));
  };

  const odd: [name: string, error: unknown, says: string][] = [
    ['whose message is a number', Object.assign(new Error('x'), { message: 42 }), 'no reason given'],
    ['whose message is an object', { message: { toString: 7 } }, 'no reason given'],
    ['with a code alone', { code: 'EPROXY' }, 'EPROXY'],
    ['whose getters throw', throwingGetters, 'no reason given'],
    ['that is a string', 'out of order', 'out of order'],
    ['that is null', null, 'no reason given'],
    ['that is a symbol', Symbol('x'), 'no reason given'],
    [
      'whose errors are no errors',
      Object.assign(new AggregateError([]), { errors: [null] }),
      'no reason given',
    ],
    ['whose code is an object', Object.assign(new Error('down'), { code: {} }), 'down'],
  ];
  for (const [name, error, says] of odd) {
    it(`an error ${name} fails that login: connection_failed`, async () => {
      const failure = await failWith(error);
      expect(failure.code).to.equal('connection_failed');
      expect(failure.message).to.include(`: ${says} (`);
    });
  }

  it('the cause of a transport error keeps a code that is a string or a number', async () => {
    for (const code of ['ECONNREFUSED', 7]) {
      expect((await failWith(Object.assign(new Error('x'), { code }))).cause).to.have.property('code', code);
    }
  });

  it('an error that quotes the request shows no secret of it: the body, a header, JSON or percent-encoding', async () => {
    const customHeaders = { 'X-API-Key': API_KEY, 'X-Many': ['a', `${API_KEY}2`] };
    const text = `client_secret=${encodeURIComponent(CLIENT_SECRET)}&auth_code=${CODE} ${JSON.stringify({ key: API_KEY })}`;
    for (const error of [new Error(text), Object.assign(new Error(text), { code: text }), text]) {
      const failure = await failWith(error, { customHeaders });
      expectNothingSecretIn(failure, [API_KEY]);
      expect(failure.message).to.include('client_secret=[hidden]&auth_code=[hidden]');
    }
  });

  it('an error whose getName throws while a stale connection is replaced fails that login only', async () => {
    const server = await serve((socket) =>
      server.requests.length === 2 ? socket.resetAndDestroy() : socket.write(http(200, tokenBody())),
    );
    const agent = new Agent({ keepAlive: true });
    const strategy = strategyFor(server.url, { agent });
    userOf(await authenticate(strategy, get(CALLBACK)));
    const { getName } = agent;
    let calls = 0;
    agent.getName = (...args) => {
      calls += 1;
      if (calls > 1) {
        throw new Error('no name');
      }
      return getName.apply(agent, args);
    };
    const error = errorOf(await authenticate(strategy, get(CALLBACK)));
    expect(error.message).to.include('could not be sent: no name');
    agent.getName = getName;
    userOf(await authenticate(strategy, get(CALLBACK)));
    agent.destroy();
  });

  it('an error emitted twice fails the login once', async () => {
    const agent = Object.assign(new Agent(), {
      addRequest(request: Any) {
        setImmediate(() => {
          request.emit('error', new Error('first'));
          request.emit('error', new Error('second'));
        });
      },
    });
    const error = errorOf(await authenticate(strategyFor(NOWHERE, { agent }), get(CALLBACK)));
    expect(error.message).to.include('first');
  });

  it('an error of a proxy that answers 407 shows no password of it (https-proxy-agent)', async () => {
    const proxy = await connectProxy({ refuse: '407 Proxy Authentication Required' });
    try {
      const agent = new HttpsProxyAgent(proxy.url.replace('://', '://user:hunter22@'));
      const strategy = strategyFor('https://localhost:1', { agent: agent as unknown as Agent });
      const error = errorOf(await authenticate(strategy, get(CALLBACK)));
      expect(error).to.have.property('code').that.is.oneOf(['connection_failed', 'unexpected_status']);
      expectNothingSecretIn(error, ['hunter22']);
    } finally {
      await proxy.close();
    }
  });

  describe('of nock, when an interceptor is missing,', () => {
    interceptHTTP();

    it('an error of nock for a missing interceptor shows neither the secret and the code nor the bearer token', async () => {
      const strategy = strategyFor('https://api.hiworks.com', { fetchProfile: true });
      const refused = errorOf(await authenticate(strategy, get(CALLBACK)));
      expect(refused.code).to.equal('connection_failed');
      expectNothingSecretIn(refused);

      nock('https://api.hiworks.com').post('/open/auth/accesstoken').reply(200, tokenBody());
      nock('https://api.hiworks.com').get('/other').reply(200, ME_BODY);
      const error = errorOf(await authenticate(strategy, get(CALLBACK)));
      expect(error.code).to.equal('connection_failed');
      expectNothingSecretIn(error, [ACCESS_TOKEN]);
      nock.cleanAll();
    });
  });
});
