import { expect } from 'chai';
import {
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTransportError,
  type HiworksVerifyWithParams,
} from 'passport-hiworks';
import { authenticate, type FakeRequest, get, type Outcome } from './support/login.js';
import { CALLBACK, optionsFor, strategyFor, tokenBody, USER_NO } from './support/raw-answers.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { overRealHTTP } from './support/real-http.js';
import { ACCESS_TOKEN, CODE, expectNothingSecretIn, REFRESH_TOKEN } from './support/secrets.js';

// biome-ignore lint/suspicious/noExplicitAny: requests, stores and frameworks that nobody would write on purpose
type Any = any;

describe('Under attack', () => {
  overRealHTTP();

  const servers: RawServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function answering(status: number, body: string): Promise<RawServer> {
    const server = await rawServer((socket) => socket.end(http(status, body)));
    servers.push(server);
    return server;
  }

  function errorOf(outcome: Outcome): Error {
    expect(outcome.kind).to.equal('error');
    const { error } = outcome as { error: Error };
    expect(error).to.be.instanceOf(Error);
    expectNothingSecretIn(error);
    return error;
  }

  describe('a request line that names another host', () => {
    const lines = [
      '//evil.example/auth/hiworks',
      '/\\evil.example/auth/hiworks',
      'http://evil.example/auth/hiworks',
      'https://app.example.com@evil.example/auth/hiworks',
      '/..//evil.example/auth/hiworks',
      '/.//evil.example/auth/hiworks?next=//evil.example',
      '//',
      'http://[',
      '*',
      '?',
      '#',
    ];
    for (const callbackURL of [
      '/auth/hiworks/callback',
      'callback',
      './callback',
      '../callback',
      '?callback',
    ]) {
      it(`does not lead a relative callbackURL there: ${callbackURL}`, async () => {
        for (const originalUrl of lines) {
          const strategy = strategyFor('http://127.0.0.1:1', { callbackURL });
          const outcome = await authenticate(strategy, get('/auth/hiworks', { originalUrl }));
          expect(outcome.kind, originalUrl).to.equal('redirect');
          const uri = (outcome as { location: URL }).location.searchParams.get('redirect_uri') ?? '';
          expect(new URL(uri).origin, originalUrl).to.equal('http://app.example.com');
        }
      });
    }
  });
});
