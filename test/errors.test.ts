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

describe('The errors of a login', () => {
  const serve = rawServers();
  type Respond = Parameters<typeof serve>[0];

  /** The error of a login to which Hiworks responds in this way. */
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

  type ErrorClass = new (...args: never[]) => Error;
  const classes: [what: string, error: () => Promise<LoginError>, ErrorClass, Base: ErrorClass, object][] = [
    [
      'an error callback with a known code',
      () => authorizationError('error=temporarily_unavailable&error_description=%EC%A0%90%EA%B2%80'),
      HiworksAuthorizationError,
      AuthorizationError,
      { code: 'temporarily_unavailable', status: 503, description: undefined },
    ],
    [
      'an error callback with an unknown code',
      () => authorizationError('code=ERR'),
      HiworksAuthorizationError,
      AuthorizationError,
      { code: 'ERR', status: 500, description: undefined },
    ],
    [
      'a refused token request',
      () => errorWith(refusal({ code: 4011, msg: '만료된 코드입니다' })),
      HiworksTokenError,
      TokenError,
      { code: '4011', status: 401, description: '만료된 코드입니다' },
    ],
    [
      'a refused profile request',
      profileError,
      HiworksProfileError,
      Error,
      { code: 'E9', status: 502, description: '권한이 없습니다' },
    ],
    [
      'an unusable response',
      () => errorWith(respondWith(200, '<html>')),
      HiworksTransportError,
      InternalOAuthError,
      { code: 'not_json', status: 502, description: undefined },
    ],
  ];
  for (const [what, make, HiworksError, Base, fields] of classes) {
    const { name } = HiworksError;

    it(`${what} is a ${name} that extends ${Base.name}, with the fields that frameworks read`, async () => {
      const error = await make();
      expect(error).to.be.instanceOf(HiworksError).and.instanceOf(Base).and.instanceOf(Error);
      const { status } = fields as { status: number };
      expect(error).to.include({ ...fields, name, statusCode: status, expose: false });
      expect(isHiworksError(error)).to.equal(true);
    });

    it(`the ${name} of ${what} is a native error with a readable stack`, async () => {
      const error = await make();
      expect(types.isNativeError(error)).to.equal(true);
      expect(structuredClone(error)).to.be.instanceOf(Error).and.have.property('message', error.message);
      expect(String(error)).to.equal(`${name}: ${error.message}`);
      expect(error.stack).to.match(new RegExp(`^${name}: `));
      expect(error.stack).to.include(error.message).and.include('\n    at ');
      expect(error.stack, 'frames of its constructors').not.to.match(/at (new \w*Error|finalize)/);
      expect(inspect(error).split(error.message), 'how often the message is printed').to.have.lengthOf(2);
      expect(Object.keys(error)).not.to.include('name').and.not.to.include('cause');
      const property = Object.getOwnPropertyDescriptor(error, 'name');
      expect(property).to.include({ configurable: true, writable: true });
    });
  }

  it('the HiworksTransportError of a failed connection prints its own message, not that of its cause', async () => {
    const error = await errorWith((socket) => socket.resetAndDestroy());
    expect(String(error)).to.equal(`HiworksTransportError: ${error.message}`);
  });

  for (const [name, other] of [
    ['an Error', new Error('x')],
    ["passport-oauth2's InternalOAuthError", new InternalOAuthError('x', {})],
    ["passport-oauth2's TokenError", new TokenError('x', 'ERR')],
    ['an object', {}],
    ['null', null],
    ['undefined', undefined],
    ['a string', 'x'],
  ] as const) {
    it(`isHiworksError is false for ${name}`, () => {
      expect(isHiworksError(other)).to.equal(false);
    });
  }

  describe('without a usable response', () => {
    const cases: [
      what: string,
      respond: Respond,
      code: string,
      statusCode: number | undefined,
      text: RegExp,
    ][] = [
      ['no response in time', () => undefined, 'timeout', undefined, /150 ms.*firewall and proxy/],
      ['a reset', (socket) => socket.resetAndDestroy(), 'connection_failed', undefined, /ECONNRESET.*proxy/],
      [
        'half a response',
        (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{'),
        'connection_failed',
        200,
        /mid-response.*HTTP 200/,
      ],
      ['too large a response', respondWith(200, 'x'.repeat(65_537)), 'too_large', 200, /64 KiB.*HTTP 200/],
      ['a redirect', respondWith(302, '', { location: '/' }), 'redirected', 302, /HTTP 302.*URL/],
      ['HTTP 502', respondWith(502, ''), 'unexpected_status', 502, /HTTP 502.*unavailable/],
      ['a page', respondWith(200, '<html>'), 'not_json', 200, /JSON.*HTTP 200.*gateway/],
      ['no data', respondWith(200, '{"code":"SUC"}'), 'wrong_shape', 200, /`data`.*HTTP 200.*gateway/],
    ];
    for (const [what, respond, code, statusCode, text] of cases) {
      it(`${what} is a HiworksTransportError: ${code}`, async () => {
        const error = await errorWith(respond, { timeout: code === 'timeout' ? 150 : 10_000 });
        expect(error).to.be.instanceOf(HiworksTransportError);
        const status = code === 'timeout' ? 504 : 502;
        expect(error).to.include({ code, status, statusCode: status });
        expect(error.message).to.match(text);
        expect(error.oauthError).to.be.an(code === 'connection_failed' ? 'error' : 'object');
        expect((error.oauthError as { statusCode?: number }).statusCode).to.equal(statusCode);
        expect('cause' in error).to.equal(code === 'connection_failed');
        expect(Object.keys(error), 'what a log would print twice').not.to.include('oauthError');
      });
    }

    it('the message names the request, what came back with its HTTP status, and a hint', async () => {
      const { url } = await serve(respondWith(404, '<html>'));
      const error = errorOf(await authenticate(strategyFor(url), get(CALLBACK)));
      expect(error.message).to.equal(
        `POST ${url}/open/auth/accesstoken: unexpected response, HTTP 404 (is the URL right?)`,
      );
    });

    for (const [status, hint] of [
      [400, 'gateway'],
      [401, 'gateway'],
      [404, 'URL'],
      [405, 'URL'],
      [428, 'gateway'],
      [429, 'unavailable'],
      [499, 'gateway'],
      [500, 'unavailable'],
      [503, 'unavailable'],
    ] as const) {
      it(`the hint for HTTP ${status} has "${hint}"`, async () => {
        const error = await errorWith(respondWith(status, '<html>'));
        expect(error.code).to.equal('unexpected_status');
        const [, shown] = /\(([^()]*)\)$/.exec(error.message) ?? [];
        expect(shown).to.include(hint);
      });
    }

    it("the cause of a failed connection is the network's error, reduced to message and code", async () => {
      const closed = await serve(() => undefined);
      await closed.close();
      const error = errorOf(await authenticate(strategyFor(closed.url), get(CALLBACK)));
      expect(error.message).to.include('connect ECONNREFUSED 127.0.0.1:');
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

  describe('and secrets', () => {
    const data = { access_token: ACCESS_TOKEN, refresh_token: REFRESH_TOKEN };
    const everything = `${CLIENT_SECRET} ${CODE} ${ACCESS_TOKEN} ${REFRESH_TOKEN} ${encodeURIComponent(CLIENT_SECRET)}`;
    const raw = `${BODY_MARK} ${tokenBody()}`;
    const responses: [what: string, Respond][] = [
      ['no JSON', respondWith(200, raw)],
      ['HTTP 500 without JSON', respondWith(500, raw)],
      ['HTTP 500 with tokens', respondWith(500, tokenBody())],
      [
        'a redirect with a code in its location',
        respondWith(302, raw, { location: `https://evil.example/?code=${CODE}` }),
      ],
      [
        'a wrong shape',
        respondWith(200, JSON.stringify({ code: 'SUC', data: { ...data, note: BODY_MARK, user_no: {} } })),
      ],
      ['an array', respondWith(200, JSON.stringify([BODY_MARK]))],
      ['a refusal with secrets in code and msg', refusal({ code: `E-${CODE}`, msg: everything, data })],
      ['a refusal with secrets in message', refusal({ msg: '', message: everything, data })],
      ['a malformed status line', (socket) => socket.end(`HTTP/1.1 ${BODY_MARK}\r\n\r\n`)],
    ];
    for (const [what, respond] of responses) {
      it(`the error for ${what} shows no secret, token, code or raw body, however it is printed`, async () => {
        expectNothingSecretIn(await errorWith(respond));
      });
    }

    it('a refusal that repeats one of several values of a custom header does not show it', async () => {
      const key = 'sh0uldneverbeseenapikey000000001';
      const customHeaders = { 'X-Many': ['a', key] };
      const error = await errorWith(refusal({ msg: `no good: ${key}` }), { customHeaders });
      expect(error).to.have.property('description', 'no good: [hidden]');
    });

    for (const [key, isSecret] of [
      ['k'.repeat(16), true],
      ['k'.repeat(15), false],
    ] as const) {
      it(`a custom header of ${key.length} characters ${isSecret ? 'may' : 'is too short to'} be a credential`, async () => {
        const error = await errorWith(refusal({ msg: `no good: ${key}` }), {
          customHeaders: { 'X-Key': key },
        });
        expect(error).to.have.property('description', `no good: ${isSecret ? '[hidden]' : key}`);
      });
    }

    it('the description of a refusal has [hidden] in place of each secret', async () => {
      const error = await errorWith(refusal({ msg: everything, data }));
      expect(error).to.have.property('description', '[hidden] [hidden] [hidden] [hidden] [hidden]');
    });
  });
});
