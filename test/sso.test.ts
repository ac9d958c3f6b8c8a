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
const USER = { 'user-no': '1234567', 'user-id': 'hong', 'user-name': '홍길동', 'employee-no': 'E-001' };

const acceptEveryone = (profile: HiworksSSOProfile, done: (error: null, user: object) => void) =>
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
      acceptEveryone,
    );

  async function click(userNo = '1234567'): Promise<string> {
    const { pathname, search } = new URL(await hiworks.openMenu(userNo));
    return pathname + search;
  }

  it('finds a path with Korean in it, which browsers send percent-encoded', async () => {
    const korean = strategy({ path: `/로그인/${SECRET}` });
    const { search } = new URL(await hiworks.openMenu('1234567'));
    const path = `${encodeURI('/로그인')}/${SECRET}${search}`;
    expect(profileIn(await authenticate(korean, menu(path))).id).to.equal('1234567');
  });

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
        expect(failureOf(outcome), path).to.include({ code: 'wrong_path', status: 404 });
      }
      expect(hiworks.requests).to.have.lengthOf(length);
    });
  });

  describe('a request that cannot be a click on the menu', () => {
    const cases: [what: string, code: string, status: number, query: string, more?: FakeRequest][] = [
      ['without a token', 'bad_callback', 400, ''],
      ['with an empty token', 'bad_callback', 400, '?token='],
      ['with a token of white space', 'bad_callback', 400, '?token=%20'],
      ['with a repeated token', 'bad_callback', 400, '?token=a&token=b'],
      ['with a nested token', 'bad_callback', 400, '', { query: { token: { a: 'b' } } }],
      ['with control characters in the token', 'bad_callback', 400, '?token=a%00b'],
      ['with a token of 2,049 characters', 'bad_callback', 400, `?token=${'a'.repeat(2049)}`],
      ['that is a HEAD', 'wrong_method', 405, `?token=${TOKEN}`, { method: 'HEAD' }],
      ['that is a POST', 'wrong_method', 405, `?token=${TOKEN}`, { method: 'POST' }],
      [
        'from an image',
        'not_a_navigation',
        401,
        `?token=${TOKEN}`,
        { headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } },
      ],
      ['that is a prefetch', 'prefetch', 503, `?token=${TOKEN}`, { headers: { 'sec-purpose': 'prefetch' } }],
    ];
    for (const [what, code, status, query, more] of cases) {
      it(`a request ${what} fails: ${code}, ${status}, and nothing is sent`, async () => {
        const outcome = await authenticate(strategy(), menu(PATH + query, more));
        expect(failureOf(outcome)).to.include({ code, status });
        expectNothingSecretIn(outcome, [TOKEN]);
        expect(hiworks.requests).to.deep.equal([]);
      });
    }

    it('the message for a request without a token says that it is missing', async () => {
      expect(failureOf(await authenticate(strategy(), menu(PATH))).message).to.include('is missing');
    });

    for (const token of [
      '.',
      '..',
      '../../../files/x',
      'a/../b',
      'a/./b',
      'a\\..\\b',
      './a',
      'a/..',
      '%2e%2e',
      'a%2f..%2Fb',
      'a%5C%2E.',
      '..;x/a',
      '.;',
    ]) {
      it(`a token with a dot segment fails, since a gateway may decode it: ${token}`, async () => {
        const outcome = await authenticate(strategy(), menu(PATH, { query: { token } }));
        expect(failureOf(outcome)).to.include({ code: 'bad_callback', status: 400 });
        expect(hiworks.requests).to.deep.equal([]);
      });
    }

    it('a token of 2,048 characters is sent, as is one with dots', async () => {
      for (const token of ['a'.repeat(2048), '..a', 'a..', 'a.b', '...', 'a/b']) {
        errorIn(await authenticate(strategy(), menu(`${PATH}?token=${token}`)));
      }
      expect(hiworks.requests).to.have.lengthOf(6);
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
    const wrong: [options: unknown, says: RegExp][] = [
      [undefined, /`options`/],
      [null, /`options`/],
      [PATH, /`options`/],
      [{}, /`path` .*got undefined \(is its environment variable set\?\)/],
      [{ path: undefined }, /`path` .*got undefined/],
      [{ path: '' }, /`path` .*an empty line in \.env/],
      [{ path: [PATH] }, /`path`/],
      [{ path: `hiworks/${SECRET}` }, /`path` .*begins with \//],
      [{ path: `https://app.example.com${PATH}` }, /`path` .*begins with \//],
      [{ path: `${PATH}?a=b` }, /`path` .*no query/],
      [{ path: '/hiworks/sso' }, /`path` .*at least 22 characters .*randomBytes/],
      [{ path: `/hiworks/${SECRET.slice(1)}` }, /`path` .*unguessable/],
      [{ path: `/hiworks/${SECRET}%20` }, /`path` .*unguessable/],
      [{ path: `/hiworks/%20${SECRET}` }, /`path` .*unguessable/],
      [{ path: `/${SECRET}/login` }, /`path` .*unguessable/],
      [
        { path: PATH, tokensURL: 'http://link-api.hiworks.com/v4/tokens' },
        /`tokensURL` must be an https: URL/,
      ],
      [{ path: PATH, timeout: 0 }, /`timeout` .*got 0$/],
      [{ path: PATH, agent: 'proxy' }, /`agent` .*got 'proxy'$/],
      [{ path: PATH, customHeaders: { Connection: 'close' } }, /`customHeaders` .*"Connection"/],
      [
        { path: PATH, allowedOffices: '123123' },
        /"allowedOffices": nothing in a token identifies the company/,
      ],
      [{ path: PATH, callbackURL: 'https://app.example.com/' }, /"callbackURL": the login starts at Hiworks/],
      [{ path: PATH, clientID: 'id' }, /"clientID": this login has no client$/],
      [{ path: PATH, clientSecret: SECRET }, /"clientSecret": this login has no client$/],
      [{ path: PATH, state: true }, /"state": the login starts at Hiworks/],
      [{ path: PATH, tokenUrl: undefined }, /"tokenUrl"; the options are path, tokensURL, timeout, agent,/],
    ];
    for (const [options, says] of wrong) {
      it(`${JSON.stringify(options)} is a TypeError that names the option, and not the secret path`, () => {
        expect(() => new HiworksSSOStrategy(options as HiworksSSOStrategyOptions, acceptEveryone))
          .to.throw(TypeError, says)
          .with.property('message')
          .that.satisfies(
            (message: string) => message.startsWith('HiworksSSOStrategy: ') && !message.includes(SECRET),
          );
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
    const strategy = new HiworksSSOStrategy(options, acceptEveryone);
    return authenticate(strategy, menu(PATH, { query: { token } }));
  }

  it('is requested with a JSON Content-Type and the headers of the application, which do not replace it', async () => {
    answer(200, USER);
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
    answer(200, USER);
    for (const tokensURL of [`${raw.url}/a/tokens`, `${raw.url}/a/tokens/`]) {
      await logIn(TOKEN, { tokensURL });
      expect(raw.requests.pop()).to.match(new RegExp(`^GET /a/tokens/${TOKEN} HTTP/1.1\r\n`));
    }
  });

  it('is a person at the root, in data, or in data.attributes', async () => {
    for (const body of [USER, { code: 'SUC', data: USER }, { data: { type: 'tokens', attributes: USER } }]) {
      answer(200, body);
      expect(profileIn(await logIn())).to.deep.equal({
        provider: 'hiworks-sso',
        id: '1234567',
        userNo: '1234567',
        username: 'hong',
        displayName: '홍길동',
        employeeNo: 'E-001',
        _raw: JSON.stringify(USER),
        _json: USER,
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

  const text = '유효하지 않은 토큰';
  const refusals: [
    what: string,
    status: number,
    body: object,
    code: string,
    description: string | undefined,
  ][] = [
    ['a code, HTTP 200', 200, { code: 'ERR', message: text }, 'ERR', text],
    ['a code, HTTP 401', 401, { code: 'ERR', msg: text }, 'ERR', text],
    ['a code, HTTP 503', 503, { code: 'ERR', msg: text }, 'ERR', text],
    ['a number for a code', 404, { code: 404, message: text }, '404', text],
    ['errors, an object', 400, { errors: { status: 400, title: 'Bad Request', message: text } }, '400', text],
    [
      'errors, an object with a code',
      400,
      { errors: { status: 400, code: 'E1', message: text } },
      'E1',
      text,
    ],
    ['errors, a list', 404, { errors: [{ title: text }] }, '404', text],
    [
      'errors, a list with a title of one word',
      401,
      { errors: [{ title: 'Unauthorized' }] },
      'Unauthorized',
      'Unauthorized',
    ],
    ['errors with HTTP 202', 202, { errors: [{ title: 'Not Found', status: '404' }] }, '404', 'Not Found'],
    ['errors with HTTP 200 and a user', 200, { errors: { message: text }, data: USER }, '200', text],
    ['errors without any text', 499, { errors: [{}, { message: 'second' }] }, '499', undefined],
  ];
  for (const [what, status, body, code, description] of refusals) {
    it(`a refusal by ${what} is a HiworksTokenError, 401, with Hiworks' text`, async () => {
      answer(status, body);
      const error = errorIn(await logIn());
      expect(error).to.be.instanceOf(HiworksTokenError).and.include({ status: 401, code, description });
      expect(error.message).to.include(
        `(HTTP ${status}, code ${code}): ${description ?? 'no message'} (open the menu`,
      );
      expectNothingSecretIn(error, [TOKEN]);
    });
  }

  it('a refusal that repeats a custom header, which may be a credential, does not show it', async () => {
    answer(400, { code: 'ERR', msg: 'no good: sh0uldneverbeseenapikey000000001' });
    const customHeaders = { 'X-API-Key': 'sh0uldneverbeseenapikey000000001' };
    expect(errorIn(await logIn(TOKEN, { customHeaders }))).to.have.property(
      'description',
      'no good: [hidden]',
    );
  });

  it('a code beside a user is no refusal', async () => {
    answer(200, { code: '0000', data: USER });
    expect(profileIn(await logIn()).userNo).to.equal('1234567');
  });

  it('a refusal about a token hints at the path, if tokensURL is not the documented one', async () => {
    answer(400, { errors: { message: text } });
    expect(errorIn(await logIn()).message).to.include('a wrong path');
  });

  const unusable: [what: string, status: number, body: unknown, code: string][] = [
    ['a user with HTTP 500', 500, USER, 'unexpected_status'],
    ['errors with HTTP 500', 500, { errors: { message: text } }, 'unexpected_status'],
    ['errors with HTTP 503, for maintenance', 503, { errors: [{ title: text }] }, 'unexpected_status'],
    ['an empty list of errors', 400, { errors: [] }, 'unexpected_status'],
    ['errors that are text', 400, { errors: text }, 'unexpected_status'],
    ['a user with HTTP 201', 201, USER, 'unexpected_status'],
    ['a redirect', 302, '', 'redirected'],
    ['a page', 200, `<html>${TOKEN}</html>`, 'not_json'],
    ['null', 200, 'null', 'wrong_shape'],
    ['no user', 200, { data: { attributes: {} } }, 'wrong_shape'],
    ['an empty list of errors with HTTP 200', 200, { errors: [] }, 'wrong_shape'],
    ['data that is an array', 200, { data: [USER] }, 'wrong_shape'],
    ['a number beyond 2^53', 200, '{"user-no":9007199254740993}', 'wrong_shape'],
    ['a number that is the token', 200, { 'user-no': TOKEN }, 'wrong_shape'],
  ];
  for (const [what, status, body, code] of unusable) {
    it(`${what} is a HiworksTransportError: ${code}`, async () => {
      answer(status, body);
      const error = errorIn(await logIn());
      expect(error).to.be.instanceOf(HiworksTransportError).and.include({ code, status: 502 });
      expect(error.message.startsWith(`GET ${raw.url}/v4/tokens/{token}: `)).to.equal(true);
      expectNothingSecretIn(error, [TOKEN]);
    });
  }

  it('a response without a user names its members, never their values', async () => {
    answer(200, {
      user_no: 'secret-1',
      data: { type: 'secret-2', attributes: { 'user-number': 'secret-3' } },
      [TOKEN]: 1,
    });
    const { message } = errorIn(await logIn());
    expect(message).to.include(
      'user_no, data, [hidden], data.type, data.attributes, data.attributes.user-number',
    );
    expect(message).to.not.include('secret-');
    expectNothingSecretIn(message, [TOKEN]);
  });

  it('a response without any member says so', async () => {
    answer(200, {});
    expect(errorIn(await logIn()).message).to.include('its members are none');
  });

  it('an optional member that is neither text nor a safe integer is left out', async () => {
    answer(200, { 'user-no': 1, 'user-id': {}, 'user-name': true, 'employee-no': 9007199254740992 });
    expect(profileIn(await logIn())).to.have.all.keys('provider', 'id', 'userNo', '_raw', '_json');
    answer(200, { 'user-no': 1, 'user-id': 20190012, 'user-name': 7, 'employee-no': 0 });
    expect(profileIn(await logIn())).to.include({ username: '20190012', displayName: '7', employeeNo: '0' });
  });

  it('repeats the token in no profile and in no error', async () => {
    answer(200, { ...USER, 'user-id': TOKEN, 'user-name': `x${TOKEN}` });
    const profile = profileIn(await logIn());
    expectNothingSecretIn(profile, [TOKEN]);
    expect(profile).to.include({ username: '[hidden]', displayName: 'x[hidden]' });
    expect(profile._json).to.deep.equal({
      'user-no': '1234567',
      'user-id': '[hidden]',
      'user-name': 'x[hidden]',
      'employee-no': 'E-001',
    });

    answer(401, { code: `ERR ${TOKEN}`, message: `token ${TOKEN} is not valid` });
    expectNothingSecretIn(await logIn(), [TOKEN]);
  });

  it('is no answer at all: a HiworksTransportError without the token', async () => {
    const nobody = new HiworksSSOStrategy(
      { path: PATH, tokensURL: 'http://127.0.0.1:1/v4/tokens' },
      acceptEveryone,
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
      new HiworksSSOStrategy(options, acceptEveryone),
      menu(PATH, { query: { token: TOKEN } }),
    );
    expect(errorIn(outcome).message).to.include('cannot tunnel /v4/tokens/[hidden]');
    expectNothingSecretIn(outcome, [TOKEN]);
  });

  it('is requested under one path of the host, whatever the token is', async () => {
    answer(200, USER);
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
    const strategy = new HiworksSSOStrategy({ path: PATH }, acceptEveryone);
    expect(profileIn(await authenticate(strategy, menu(`${PATH}?token=${TOKEN}`))).id).to.equal('1234567');
    expect(scope.isDone()).to.equal(true);
  });
});
