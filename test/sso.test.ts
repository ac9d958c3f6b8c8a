import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import nock from 'nock';
import { HiworksTokenError, HiworksTransportError } from 'passport-hiworks';
import {
  type HiworksSSOProfile,
  HiworksSSOStrategy,
  type HiworksSSOStrategyOptions,
  Strategy,
} from 'passport-hiworks/sso';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { Strategy as PassportStrategy } from 'passport-strategy';
import { interceptHTTP } from './support/intercept.js';
import { authenticate, type FakeRequest, failureOf, get, type Outcome } from './support/login.js';
import { http, type RawServer, rawServer } from './support/raw-server.js';
import { expectNothingSecretIn } from './support/secrets.js';

const SECRET = 'q7WlT0y3mKxB1vRz8nHcDg'; // 22 characters, the fewest
const PATH = `/hiworks/${SECRET}`;
const TOKEN = 'sh0uldneverbeseenssotoken0000001';
const PERSON = { 'user-no': '1234567', 'user-id': 'hong', 'user-name': '홍길동', 'employee-no': 'E-001' };

const takesEverybody = (profile: HiworksSSOProfile, done: (error: null, user: object) => void) =>
  done(null, profile);

function menu(path: string, more: FakeRequest = {}): FakeRequest {
  return get(path, more);
}

function profileIn(outcome: Outcome): HiworksSSOProfile {
  expect(outcome.kind, inspect(outcome)).to.equal('success');
  return (outcome as unknown as { user: HiworksSSOProfile }).user;
}

function errorIn(outcome: Outcome): Error & { code: string; status: number } {
  expect(outcome.kind, inspect(outcome)).to.equal('error');
  return (outcome as unknown as { error: Error & { code: string; status: number } }).error;
}

describe('The login from a Hiworks menu', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer({ ssoURL: `https://app.example.com${PATH}` });
  });
  after(() => hiworks.close());
  beforeEach(() => {
    hiworks.requests.length = 0;
  });

  const strategy = (more: Partial<HiworksSSOStrategyOptions> = {}) =>
    new HiworksSSOStrategy(
      { path: PATH, ...hiworks.ssoOptions, ...more, passReqToCallback: false },
      takesEverybody,
    );

  async function click(userNo = '1234567'): Promise<string> {
    const { pathname, search } = new URL(await hiworks.openMenu(userNo));
    return pathname + search;
  }

  it('signs in the person who clicked the menu', async () => {
    const profile = profileIn(await authenticate(strategy(), menu(await click())));
    expect(profile).to.deep.include({
      provider: 'hiworks-sso',
      id: '1234567',
      userNo: '1234567',
      displayName: '홍길동',
    });
  });

  it('is a passport-strategy named hiworks-sso, by either name of the class', () => {
    expect(strategy()).to.be.instanceOf(PassportStrategy).and.have.property('name', 'hiworks-sso');
    expect(Strategy).to.equal(HiworksSSOStrategy);
  });

  it('works when Passport is given the strategy itself', async () => {
    const outcome = await authenticate(strategy(), menu(await click()), {}, 'instance');
    expect(profileIn(outcome).userNo).to.equal('1234567');
  });

  it('does not mix up people whose logins overlap on one instance', async () => {
    const shared = strategy();
    const paths = [await click('1234567'), await click('1234568'), await click('1234567')];
    const outcomes = await Promise.all(paths.map((path) => authenticate(shared, menu(path), {}, 'instance')));
    expect(outcomes.map((outcome) => profileIn(outcome).userNo)).to.deep.equal([
      '1234567',
      '1234568',
      '1234567',
    ]);
  });

  it('a token is good once', async () => {
    const path = await click();
    await authenticate(strategy(), menu(path));
    const error = errorIn(await authenticate(strategy(), menu(path)));
    expect(error).to.be.instanceOf(HiworksTokenError).and.include({ status: 401 });
    expect(error.message).to.include('open the menu at Hiworks again');
  });

  describe('the path', () => {
    it('has to be that of the URL registered with Hiworks, apart from a prefix and one slash at the end', async () => {
      for (const path of [PATH, `${PATH}/`, `/app${PATH}`, `/${SECRET}`]) {
        const query = new URL(await hiworks.openMenu('1234567')).search;
        profileIn(await authenticate(strategy(), menu(path + query)));
      }
    });

    it('may be given with a slash at its end', async () => {
      profileIn(await authenticate(strategy({ path: `${PATH}/` }), menu(await click())));
    });

    it('is taken from the original URL behind a mount', async () => {
      const query = new URL(await hiworks.openMenu('1234567')).search;
      profileIn(
        await authenticate(
          strategy(),
          menu(`/${query}`, { originalUrl: PATH + query, method: undefined as unknown as string }),
        ),
      );
    });

    it('any other fails with 404, and nothing is sent', async () => {
      const { length } = hiworks.requests;
      const wrong = [
        '/',
        '/hiworks',
        '/hiworks/',
        `/other/${SECRET}`,
        `/xhiworks/${SECRET}`,
        `/hiworks/${SECRET.toLowerCase()}`,
        `/hiworks/${SECRET}x`,
        `/hiworks/x${SECRET}`,
        `/hiworks/${'x'.repeat(22)}`,
        `${PATH}//`,
        `${PATH}/x`,
      ];
      for (const path of wrong) {
        const outcome = await authenticate(strategy(), menu(`${path}?token=${TOKEN}`));
        expect(failureOf(outcome), path).to.deep.equal({
          message: 'Hiworks login failed: the path is not the one that is registered with Hiworks',
          code: 'wrong_path',
          status: 404,
        });
      }
      expect(hiworks.requests).to.have.lengthOf(length);
    });
  });

  describe('a request that cannot be a click on the menu', () => {
    const cases: [
      what: string,
      code: string,
      status: number,
      why: string,
      query: string,
      more?: FakeRequest,
    ][] = [
      ['has no token', 'bad_callback', 400, '`token` is missing', ''],
      ['has an empty token', 'bad_callback', 400, '`token` is empty', '?token='],
      ['has a token of white space', 'bad_callback', 400, '`token` is empty', '?token=%20'],
      [
        'repeats the token',
        'bad_callback',
        400,
        '`token` came more than once, or as an object',
        '?token=a&token=b',
      ],
      [
        'nests the token',
        'bad_callback',
        400,
        '`token` came more than once, or as an object',
        '',
        { query: { token: { a: 'b' } } },
      ],
      [
        'has a token with control characters',
        'bad_callback',
        400,
        '`token` contains control characters',
        '?token=a%00b',
      ],
      [
        'has a token that is too long',
        'bad_callback',
        400,
        '`token` is longer than 2048 characters',
        `?token=${'a'.repeat(2049)}`,
      ],
      ['has a token of one dot', 'bad_callback', 400, '`token` is nothing but dots', '?token=.'],
      ['has a token of dots', 'bad_callback', 400, '`token` is nothing but dots', '?token=..'],
      [
        'is a HEAD',
        'wrong_method',
        405,
        'the token came by HEAD, not GET; it was not used',
        `?token=${TOKEN}`,
        { method: 'HEAD' },
      ],
      [
        'is a POST',
        'wrong_method',
        405,
        'the token came by POST, not GET; it was not used',
        `?token=${TOKEN}`,
        { method: 'POST' },
      ],
      [
        'comes from a script',
        'not_a_navigation',
        401,
        "a script or an element of a page sent this request; a login takes a browser's navigation",
        `?token=${TOKEN}`,
        { headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } },
      ],
      [
        'is a prefetch',
        'prefetch',
        503,
        'the browser prefetched this page; it requests it again at the click',
        `?token=${TOKEN}`,
        { headers: { 'sec-purpose': 'prefetch' } },
      ],
    ];
    for (const [what, code, status, why, query, more] of cases) {
      it(`${what}: ${code}, ${status}, and nothing is sent`, async () => {
        const outcome = await authenticate(strategy(), menu(PATH + query, more));
        expect(failureOf(outcome)).to.deep.equal({ message: `Hiworks login failed: ${why}`, code, status });
        expectNothingSecretIn(outcome, [TOKEN]);
        expect(hiworks.requests).to.deep.equal([]);
      });
    }

    it('a token of 2,048 characters is sent, as is one with dots', async () => {
      for (const token of ['a'.repeat(2048), '..a', 'a..', 'a.b']) {
        errorIn(await authenticate(strategy(), menu(`${PATH}?token=${token}`)));
      }
      expect(hiworks.requests).to.have.lengthOf(4);
    });
  });

  describe('verify', () => {
    const verdicts: [what: string, verify: (...args: never[]) => unknown, kind: string][] = [
      ['may return the user', ({ userNo }: HiworksSSOProfile) => ({ userNo }), 'success'],
      ['may return a promise', async ({ userNo }: HiworksSSOProfile) => ({ userNo }), 'success'],
      ['may know nobody of that number', (_profile: HiworksSSOProfile) => null, 'fail'],
      ['must not say nothing', (_profile: HiworksSSOProfile) => undefined, 'error'],
    ];
    for (const [what, verify, kind] of verdicts) {
      it(what, async () => {
        const outcome = await authenticate(
          new HiworksSSOStrategy({ path: PATH, ...hiworks.ssoOptions }, verify as () => unknown),
          menu(await click()),
        );
        expect(outcome.kind).to.equal(kind);
      });
    }

    it('may say more than who it is: that arrives as `info`', async () => {
      const verdict = async (...said: unknown[]) =>
        authenticate(
          new HiworksSSOStrategy({ path: PATH, ...hiworks.ssoOptions }, (_profile, done) =>
            (done as (...args: unknown[]) => void)(null, ...said),
          ),
          menu(await click()),
        );
      const user = { name: 'hong' };
      const info = { message: 'hello' };
      expect(await verdict(user, info)).to.deep.equal({ kind: 'success', user, info });
      expect(await verdict(user)).to.deep.equal({ kind: 'success', user, info: {} });
      expect(await verdict(false, info)).to.deep.equal({ kind: 'fail', info, status: undefined });
    });

    it('gets the request first under passReqToCallback', async () => {
      const request = menu(await click());
      const withRequest = new HiworksSSOStrategy(
        { path: PATH, ...hiworks.ssoOptions, passReqToCallback: true },
        (req, profile, done) => done(null, { same: (req as unknown) === request, userNo: profile.userNo }),
      );
      const { user } = (await authenticate(withRequest, request)) as unknown as { user: object };
      expect(user).to.deep.equal({ same: true, userNo: '1234567' });
    });
  });

  describe('options', () => {
    const noPath =
      '`path` must be a path that begins with / and has no query (is its environment variable set?)';
    const guessable =
      'the last segment of `path` must be unguessable: at least 22 characters of [A-Za-z0-9_-]. ' +
      'Make one with: node -p "crypto.randomBytes(24).toString(\'base64url\')"';
    const wrong: [options: unknown, message: string][] = [
      [undefined, '`options` must be an object with a `path`'],
      [null, '`options` must be an object with a `path`'],
      [PATH, '`options` must be an object with a `path`'],
      [{}, noPath],
      [{ path: undefined }, noPath],
      [{ path: [PATH] }, noPath],
      [{ path: `hiworks/${SECRET}` }, noPath],
      [{ path: `https://app.example.com${PATH}` }, noPath],
      [{ path: `${PATH}?a=b` }, noPath],
      [{ path: '/hiworks/sso' }, guessable],
      [{ path: `/hiworks/${SECRET.slice(1)}` }, guessable],
      [{ path: `/hiworks/${SECRET}%20` }, guessable],
      [{ path: `/hiworks/%20${SECRET}` }, guessable],
      [{ path: `/${SECRET}/login` }, guessable],
      [
        { path: PATH, tokensURL: 'http://link-api.hiworks.com/v4/tokens' },
        '`tokensURL` must be an https: URL without credentials (http: for a loopback host only)',
      ],
      [
        { path: PATH, timeout: 0 },
        '`timeout` must be a number of milliseconds from 1 to 2147483647, but is number',
      ],
      [{ path: PATH, agent: 'proxy' }, '`agent` must be an http.Agent or https.Agent, but is "proxy"'],
      [
        { path: PATH, allowedOffices: '123123' },
        'there is no option "allowedOffices": nothing in a token says which company it is for; an unguessable `path`, and a ' +
          '`verify` that creates nobody, keep other companies out',
      ],
      [
        { path: PATH, callbackURL: 'https://app.example.com/' },
        'there is no option "callbackURL": the login begins at Hiworks, which has the URL registered; `path` is its path',
      ],
      [{ path: PATH, clientID: 'id' }, 'there is no option "clientID": this login has no client'],
      [{ path: PATH, clientSecret: SECRET }, 'there is no option "clientSecret": this login has no client'],
      [
        { path: PATH, state: true },
        'there is no option "state": the login begins at Hiworks: there is nothing to carry over',
      ],
      [{ path: PATH, tokenUrl: undefined }, 'there is no option "tokenUrl": did you mean `tokensURL`?'],
    ];
    for (const [options, message] of wrong) {
      it(`${JSON.stringify(options)} does not construct`, () => {
        expect(() => new HiworksSSOStrategy(options as HiworksSSOStrategyOptions, takesEverybody))
          .to.throw(TypeError)
          .with.property('message', `HiworksSSOStrategy: ${message}`)
          .and.satisfy((message: string) => !message.includes(SECRET));
      });
    }

    it('verify has to be a function', () => {
      expect(() => new HiworksSSOStrategy({ path: PATH }, undefined as never)).to.throw(
        TypeError,
        /^HiworksSSOStrategy: `verify` must be a function$/,
      );
    });
  });

  it('shows no secret to whoever prints the strategy', () => {
    const printed = inspect(strategy({ customHeaders: { 'x-key': TOKEN } }), {
      showHidden: true,
      depth: null,
    });
    expect(printed).to.equal("HiworksSSOStrategy { name: 'hiworks-sso' }");
  });
});

describe('What Hiworks says of a menu token', () => {
  let raw: RawServer;
  let response: Buffer;

  before(async () => {
    raw = await rawServer((socket) => socket.end(response));
  });
  after(() => raw.close());
  beforeEach(() => {
    raw.requests.length = 0;
  });

  function answer(status: number, body: unknown): void {
    response = http(status, typeof body === 'string' ? body : JSON.stringify(body));
  }

  function logIn(token = TOKEN, more: Partial<HiworksSSOStrategyOptions> = {}): Promise<Outcome> {
    const options = {
      path: PATH,
      tokensURL: `${raw.url}/v4/tokens`,
      ...more,
      passReqToCallback: false as const,
    };
    const strategy = new HiworksSSOStrategy(options, takesEverybody);
    return authenticate(strategy, menu(PATH, { query: { token } }));
  }

  it('is requested with a JSON Content-Type and the headers of the application, which do not replace it', async () => {
    answer(200, PERSON);
    const headersOf = (request = '') =>
      Object.fromEntries(
        [...request.matchAll(/^([\w-]+): (.*)\r$/gm)].map(([, name = '', value]) => [
          name.toLowerCase(),
          value,
        ]),
      );

    await logIn();
    expect(raw.requests[0]).to.match(new RegExp(`^GET /v4/tokens/${TOKEN} HTTP/1.1\r\n`));
    expect(headersOf(raw.requests[0])).to.include({
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'passport-hiworks',
    });

    const customHeaders = { 'X-Gateway': 'yes', 'User-Agent': 'intranet', 'Content-Type': 'text/plain' };
    await logIn(TOKEN, { customHeaders });
    expect(headersOf(raw.requests[1])).to.include({
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'intranet',
      'x-gateway': 'yes',
    });
  });

  it('is requested under tokensURL, with or without a slash at its end', async () => {
    answer(200, PERSON);
    for (const tokensURL of [`${raw.url}/a/tokens`, `${raw.url}/a/tokens/`]) {
      await logIn(TOKEN, { tokensURL });
      expect(raw.requests.pop()).to.match(new RegExp(`^GET /a/tokens/${TOKEN} HTTP/1.1\r\n`));
    }
  });

  it('is a person at the root, in data, or in data.attributes', async () => {
    for (const body of [
      PERSON,
      { code: 'SUC', data: PERSON },
      { data: { type: 'tokens', attributes: PERSON } },
    ]) {
      answer(200, body);
      expect(profileIn(await logIn())).to.deep.equal({
        provider: 'hiworks-sso',
        id: '1234567',
        userNo: '1234567',
        username: 'hong',
        displayName: '홍길동',
        employeeNo: 'E-001',
        _raw: JSON.stringify(PERSON),
        _json: PERSON,
      });
    }
  });

  it('may leave everything out but the number, and may send numbers', async () => {
    const sparse: [body: object, fields: object][] = [
      [{ 'user-no': '1234567' }, {}],
      [
        { 'user-no': 1234567, 'employee-no': 7, 'user-id': null, 'user-name': '', extra: 'x' },
        { employeeNo: '7' },
      ],
      [{ 'user-no': '1234567', 'employee-no': null }, {}],
      [
        { 'user-no': null, data: { 'user-no': '', attributes: { 'user-no': '1234567', 'employee-no': '' } } },
        {},
      ],
    ];
    for (const [body, fields] of sparse) {
      answer(200, body);
      const _json = {
        'user-no': '1234567',
        ...('employeeNo' in fields && { 'employee-no': fields.employeeNo }),
      };
      expect(profileIn(await logIn()), JSON.stringify(body)).to.deep.equal({
        provider: 'hiworks-sso',
        id: '1234567',
        userNo: '1234567',
        ...fields,
        _raw: JSON.stringify(_json),
        _json,
      });
    }
  });

  const refusals: [what: string, status: number, body: unknown][] = [
    ['a refusal with HTTP 200', 200, { code: 'ERR', message: '유효하지 않은 토큰' }],
    ['a refusal with HTTP 401', 401, { code: 'ERR', msg: '유효하지 않은 토큰' }],
    ['a refusal with a number', 404, { code: 404, message: '유효하지 않은 토큰' }],
    ['a refusal beside a person', 200, { code: 'ERR', msg: '유효하지 않은 토큰', data: PERSON }],
  ];
  for (const [what, status, body] of refusals) {
    it(`${what} is a HiworksTokenError, 401, with Hiworks' words`, async () => {
      answer(status, body);
      const error = errorIn(await logIn());
      expect(error)
        .to.be.instanceOf(HiworksTokenError)
        .and.include({ status: 401, description: '유효하지 않은 토큰' });
      expect(error.message).to.equal(
        `Hiworks refused GET ${raw.url}/v4/tokens/{token} (HTTP ${status}, code ${error.code}): 유효하지 않은 토큰 ` +
          '(open the menu at Hiworks again: a token may be good once, and for a short time)',
      );
      expectNothingSecretIn(error, [TOKEN]);
    });
  }

  const shape = 'the response does not have the documented shape:';
  const nobody = `${shape} there is no \`user-no\` at its root, in \`data\` or in \`data.attributes\``;
  const unusable: [what: string, status: number, body: unknown, code: string, says: string][] = [
    [
      'a person with HTTP 500',
      500,
      PERSON,
      'unexpected_status',
      'the response is neither a success nor a refusal by Hiworks. Is the URL right?',
    ],
    [
      'a redirect',
      302,
      '',
      'redirected',
      'the response is a redirect, which is not followed. Is the URL right?',
    ],
    [
      'a page',
      200,
      `<html>${TOKEN}</html>`,
      'not_json',
      'the response is not JSON in UTF-8 or its declared charset',
    ],
    ['null', 200, 'null', 'wrong_shape', `${shape} it is null`],
    ['nobody', 200, { data: { attributes: {} } }, 'wrong_shape', nobody],
    ['data that is an array', 200, { data: [PERSON] }, 'wrong_shape', nobody],
    [
      'a number beyond 2^53',
      200,
      '{"user-no":9007199254740993}',
      'wrong_shape',
      `${shape} \`user-no\` is missing, or neither a string nor a safe integer`,
    ],
    [
      'a number that is the token',
      200,
      { 'user-no': TOKEN },
      'wrong_shape',
      `${shape} \`user-no\` repeats a secret`,
    ],
    [
      'an employee number that is an object',
      200,
      { ...PERSON, 'employee-no': {} },
      'wrong_shape',
      `${shape} \`employee-no\` is missing, or neither a string nor a safe integer`,
    ],
    [
      'an employee number that is the token',
      200,
      { ...PERSON, 'employee-no': TOKEN },
      'wrong_shape',
      `${shape} \`employee-no\` repeats a secret`,
    ],
    [
      'a name that is not a string',
      200,
      { ...PERSON, 'user-name': 7 },
      'wrong_shape',
      `${shape} \`user-name\` is not a string`,
    ],
    [
      'an id that is not a string',
      200,
      { ...PERSON, 'user-id': {} },
      'wrong_shape',
      `${shape} \`user-id\` is not a string`,
    ],
  ];
  for (const [what, status, body, code, says] of unusable) {
    it(`${what} is a HiworksTransportError: ${code}`, async () => {
      answer(status, body);
      const error = errorIn(await logIn());
      expect(error).to.be.instanceOf(HiworksTransportError).and.have.property('code', code);
      expect(error.message).to.equal(`GET ${raw.url}/v4/tokens/{token}: ${says} (HTTP ${status})`);
      expectNothingSecretIn(error, [TOKEN]);
    });
  }

  it('repeats the token in no profile and in no error', async () => {
    answer(200, { ...PERSON, 'user-id': TOKEN, 'user-name': `x${TOKEN}` });
    const profile = profileIn(await logIn());
    expectNothingSecretIn(profile, [TOKEN]);
    expect(profile).to.include({ username: '[hidden]', displayName: 'x[hidden]' });
    expect(profile._json).to.deep.equal({ 'user-no': '1234567', 'employee-no': 'E-001' });

    answer(401, { code: `ERR ${TOKEN}`, message: `token ${TOKEN} is not valid` });
    expectNothingSecretIn(await logIn(), [TOKEN]);
  });

  it('is no answer at all: a HiworksTransportError without the token', async () => {
    const nobody = new HiworksSSOStrategy(
      { path: PATH, tokensURL: 'http://127.0.0.1:1/v4/tokens' },
      takesEverybody,
    );
    const error = errorIn(await authenticate(nobody, menu(PATH, { query: { token: TOKEN } })));
    expect(error).to.include({ code: 'connection_failed', status: 502 });
    expectNothingSecretIn(error, [TOKEN]);
  });

  it('keeps the token out of the error of an agent that quotes the path', async () => {
    const agent = {
      addRequest(_request: object, { path }: { path: string }) {
        throw new Error(`cannot tunnel ${path}`);
      },
    };
    const options = { path: PATH, tokensURL: `${raw.url}/v4/tokens`, agent: agent as never };
    const outcome = await authenticate(
      new HiworksSSOStrategy(options, takesEverybody),
      menu(PATH, { query: { token: TOKEN } }),
    );
    expect(errorIn(outcome).message).to.include('cannot tunnel [path]');
    expectNothingSecretIn(outcome, [TOKEN]);
  });

  it('is requested under one path of the host, whatever the token is', async () => {
    answer(200, PERSON);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.string({ unit: fc.constantFrom('.', '/', '\\', '?', '#', '%', '2', 'e', 'F', ';', '@', ':') }),
        ),
        async (token) => {
          raw.requests.length = 0;
          await logIn(token);
          for (const request of raw.requests) {
            const [, path = ''] = /^GET (\S+) HTTP/.exec(request) ?? [];
            expect(path).to.match(/^\/v4\/tokens\/[^/?#\\]+$/);
            expect(decodeURIComponent(path.slice('/v4/tokens/'.length))).to.equal(token);
            expect(new URL(path, raw.url).pathname).to.equal(path);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('The login from a Hiworks menu, at Hiworks itself', () => {
  interceptHTTP();

  it('requests the documented URL', async () => {
    const scope = nock('https://link-api.hiworks.com')
      .get(`/v4/tokens/${TOKEN}`)
      .matchHeader('content-type', 'application/json')
      .reply(200, { 'user-no': '1234567' });
    const strategy = new HiworksSSOStrategy({ path: PATH }, takesEverybody);
    expect(profileIn(await authenticate(strategy, menu(`${PATH}?token=${TOKEN}`))).id).to.equal('1234567');
    expect(scope.isDone()).to.equal(true);
  });
});
