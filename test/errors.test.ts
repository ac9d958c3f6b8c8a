import { inspect, types } from 'node:util';
import { expect } from 'chai';
import {
  HiworksAuthorizationError,
  HiworksProfileError,
  type HiworksStrategyOptions,
  HiworksTokenError,
  HiworksTransportError,
  isHiworksError,
} from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';
import { authenticate, errorOf, get, type LoginError } from './support/login.js';
import { http, rawServers, respondWith } from './support/raw-server.js';
import {
  ACCESS_TOKEN,
  BODY_MARK,
  CLIENT_SECRET,
  CODE,
  expectNothingSecretIn,
  REFRESH_TOKEN,
} from './support/secrets.js';
import { CALLBACK, strategyFor, tokenBody } from './support/strategy.js';

const { AuthorizationError, TokenError, InternalOAuthError } = OAuth2Strategy;

describe('The error of a login', () => {
  const serve = rawServers();
  type Respond = Parameters<typeof serve>[0];

  /** The error of a login whose Hiworks responds like this. */
  async function errorWith(
    respond: Respond,
    options: Partial<HiworksStrategyOptions> = {},
  ): Promise<LoginError> {
    const { url } = await serve(respond);
    return errorOf(await authenticate(strategyFor(url, options), get(CALLBACK)));
  }

  const refusal = (fields: object) => respondWith(200, JSON.stringify({ code: 'ERR', ...fields }));
  const authorizationError = async (query: string) =>
    errorOf(await authenticate(strategyFor('http://127.0.0.1:1'), get(`/auth/hiworks/callback?${query}`)));
  const profileError = () =>
    errorWith(
      (socket, request) =>
        socket.end(
          http(200, request.startsWith('POST') ? tokenBody() : '{"code":"E9","message":"권한이 없습니다"}'),
        ),
      { fetchProfile: true },
    );

  it('has a class by who failed, which extends passport-oauth2’s, and the fields that frameworks read', async () => {
    const cases: [LoginError, new (...args: never[]) => Error, new (...args: never[]) => Error, object][] = [
      [
        await authorizationError('error=temporarily_unavailable&error_description=%EC%A0%90%EA%B2%80'),
        HiworksAuthorizationError,
        AuthorizationError,
        {
          name: 'HiworksAuthorizationError',
          code: 'temporarily_unavailable',
          status: 503,
          statusCode: 503,
          description: undefined,
        },
      ],
      [
        await authorizationError('code=ERR'),
        HiworksAuthorizationError,
        AuthorizationError,
        {
          name: 'HiworksAuthorizationError',
          code: 'ERR',
          status: 500,
          statusCode: 500,
          description: undefined,
        },
      ],
      [
        await errorWith(refusal({ code: 4011, msg: '만료된 코드입니다' })),
        HiworksTokenError,
        TokenError,
        {
          name: 'HiworksTokenError',
          code: '4011',
          status: 401,
          statusCode: 401,
          description: '만료된 코드입니다',
        },
      ],
      [
        await profileError(),
        HiworksProfileError,
        Error,
        {
          name: 'HiworksProfileError',
          code: 'E9',
          status: 502,
          statusCode: 502,
          description: '권한이 없습니다',
        },
      ],
      [
        await errorWith(respondWith(200, '<html>')),
        HiworksTransportError,
        InternalOAuthError,
        {
          name: 'HiworksTransportError',
          code: 'not_json',
          status: 502,
          statusCode: 502,
          description: undefined,
        },
      ],
    ];
    for (const [error, HiworksError, Base, fields] of cases) {
      expect(error).to.be.instanceOf(HiworksError).and.instanceOf(Base).and.instanceOf(Error);
      expect(error).to.include({ ...fields, expose: false });
      expect(isHiworksError(error)).to.equal(true);
      expect(types.isNativeError(error), 'native').to.equal(true);
      expect(structuredClone(error)).to.be.instanceOf(Error).and.have.property('message', error.message);
      expect(String(error)).to.equal(`${error.name}: ${error.message}`);
      expect(error.stack)
        .to.match(/^Hiworks\w+Error: /)
        .and.include(error.message)
        .and.include('\n    at ');
      expect(error.stack, 'its own constructors').not.to.match(/at (new \w*Error|finalize)/);
      expect(inspect(error).split(error.message), 'how often the message is printed').to.have.lengthOf(2);
      expect(Object.keys(error)).not.to.include('name').and.not.to.include('cause');
      expect(Object.getOwnPropertyDescriptor(error, 'name')).to.include({
        configurable: true,
        writable: true,
      });
    }
  });

  it('is told from others by isHiworksError', () => {
    const others = [
      new Error('x'),
      new InternalOAuthError('x', {}),
      new TokenError('x', 'ERR'),
      {},
      null,
      undefined,
      'x',
    ];
    for (const other of others) {
      expect(isHiworksError(other)).to.equal(false);
    }
  });

  describe('without a usable response', () => {
    it('says in `code` and `status` why, and in the message what was requested of whom', async () => {
      const cases: [Respond, code: string, status: number, says: RegExp, statusCode?: number][] = [
        [() => undefined, 'timeout', 504, /timed out after 150 ms \(can this machine reach the host\?/],
        [
          (socket) => socket.resetAndDestroy(),
          'connection_failed',
          502,
          /the connection failed: read ECONNRESET \(check network, proxy and firewall\)$/,
        ],
        [
          (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{'),
          'connection_failed',
          502,
          /the connection closed mid-response: aborted, HTTP 200 \(/,
          200,
        ],
        [
          respondWith(200, 'x'.repeat(65_537)),
          'too_large',
          502,
          /the response is larger than 64 KiB, HTTP 200 \(/,
          200,
        ],
        [
          respondWith(302, '', { location: '/' }),
          'redirected',
          502,
          /a redirect, which is not followed, HTTP 302 \(is the URL right\?\)$/,
          302,
        ],
        [
          respondWith(502, ''),
          'unexpected_status',
          502,
          /unexpected response, HTTP 502 \(Hiworks is unavailable; try again later\)$/,
          502,
        ],
        [respondWith(200, '<html>'), 'not_json', 502, /the response is not JSON in UTF-8, HTTP 200 \(/, 200],
        [
          respondWith(200, '{"code":"SUC"}'),
          'wrong_shape',
          502,
          /`data` is missing or is not an object, HTTP 200 \(/,
          200,
        ],
      ];
      for (const [respond, code, status, says, statusCode] of cases) {
        const error = await errorWith(respond, { timeout: code === 'timeout' ? 150 : 10_000 });
        expect(error).to.be.instanceOf(HiworksTransportError);
        expect(error).to.include({ code, status, statusCode: status });
        expect(error.message)
          .to.match(/^POST http:\/\/127\.0\.0\.1:\d+\/open\/auth\/accesstoken: /)
          .and.to.match(says);
        expect(error.oauthError, code).to.be.an(code === 'connection_failed' ? 'error' : 'object');
        expect((error.oauthError as { statusCode?: number }).statusCode).to.equal(statusCode);
        expect('cause' in error).to.equal(code === 'connection_failed');
        expect(Object.keys(error), 'what a log would print twice').not.to.include('oauthError');
      }
    });

    for (const [status, hint] of [
      [400, /proxy or gateway/],
      [401, /proxy or gateway/],
      [404, /is the URL right/],
      [405, /is the URL right/],
      [429, /Hiworks is unavailable/],
      [500, /Hiworks is unavailable/],
      [503, /Hiworks is unavailable/],
    ] as const) {
      it(`has a hint that fits HTTP ${status}`, async () => {
        const error = await errorWith(respondWith(status, '<html>'));
        expect(error.code).to.equal('unexpected_status');
        expect(error.message).to.match(hint);
      });
    }

    it('has the network’s own error for a cause, and no more of it than a log needs', async () => {
      const free = await serve(() => undefined);
      await free.close();
      const error = errorOf(await authenticate(strategyFor(free.url), get(CALLBACK)));
      expect(error.message).to.match(/: the connection failed: connect ECONNREFUSED 127\.0\.0\.1:\d+ \(/);
      expect(error.cause).to.be.instanceOf(Error).and.include({ code: 'ECONNREFUSED' });
      expect(error.oauthError).to.equal(error.cause);
      expect(Object.keys(error.cause as Error)).to.deep.equal(['code']);
      expect(Object.getOwnPropertyDescriptor(error, 'cause')).to.include({
        enumerable: false,
        configurable: true,
        writable: true,
      });
    });
  });

  it('shows no secret, token, code or raw body, however it is printed', async () => {
    const data = { access_token: ACCESS_TOKEN, refresh_token: REFRESH_TOKEN };
    const everything = `${CLIENT_SECRET} ${CODE} ${ACCESS_TOKEN} ${REFRESH_TOKEN} ${encodeURIComponent(CLIENT_SECRET)}`;
    const raw = `${BODY_MARK} ${tokenBody()}`;
    const responses: Respond[] = [
      respondWith(200, raw),
      respondWith(500, raw),
      respondWith(500, tokenBody()),
      respondWith(302, raw, { location: `https://evil.example/?code=${CODE}` }),
      respondWith(200, JSON.stringify({ code: 'SUC', data: { ...data, note: BODY_MARK, user_no: {} } })),
      respondWith(200, JSON.stringify([BODY_MARK])),
      refusal({ code: `E-${CODE}`, msg: everything, data }),
      refusal({ msg: '', message: everything, data }),
      (socket) => socket.end(`HTTP/1.1 ${BODY_MARK}\r\n\r\n`),
    ];
    for (const respond of responses) {
      expectNothingSecretIn(await errorWith(respond));
    }
    const spoken = await errorWith(refusal({ msg: everything, data }));
    expect((spoken as { description?: string }).description).to.equal(
      '[hidden] [hidden] [hidden] [hidden] [hidden]',
    );
  });
});
