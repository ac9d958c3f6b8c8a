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
import { authenticate, type FakeRequest, get, type Outcome } from './support/login.js';
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

function failureIn(outcome: Outcome): { code: string; status: number | undefined } {
  expect(outcome.kind, inspect(outcome)).to.equal('fail');
  const { info, status } = outcome as unknown as { info: { code: string }; status: number };
  return { code: info.code, status };
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
        `/hiworks/${SECRET.toLowerCase()}`,
        `/hiworks/${SECRET}x`,
        `/hiworks/x${SECRET}`,
        `/hiworks/${'x'.repeat(22)}`,
        `${PATH}//`,
        `${PATH}/x`,
      ];
      for (const path of wrong) {
        const outcome = await authenticate(strategy(), menu(`${path}?token=${TOKEN}`));
        expect(failureIn(outcome), path).to.deep.equal({ code: 'wrong_path', status: 404 });
      }
      expect(hiworks.requests).to.have.lengthOf(length);
    });
  });

  describe('a request that cannot be a click on the menu', () => {
    const cases: [what: string, code: string, status: number, query: string, more?: FakeRequest][] = [
      ['has no token', 'bad_callback', 400, ''],
      ['has an empty token', 'bad_callback', 400, '?token='],
      ['has a token of white space', 'bad_callback', 400, '?token=%20'],
      ['repeats the token', 'bad_callback', 400, '?token=a&token=b'],
      ['nests the token', 'bad_callback', 400, '', { query: { token: { a: 'b' } } }],
      ['has a token with control characters', 'bad_callback', 400, '?token=a%00b'],
      ['has a token that is too long', 'bad_callback', 400, `?token=${'a'.repeat(2049)}`],
      ['has a token of dots', 'bad_callback', 400, '?token=..'],
      ['is a HEAD', 'wrong_method', 405, `?token=${TOKEN}`, { method: 'HEAD' }],
      ['is a POST', 'wrong_method', 405, `?token=${TOKEN}`, { method: 'POST' }],
      [
        'comes from a script',
        'not_a_navigation',
        401,
        `?token=${TOKEN}`,
        { headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } },
      ],
      ['is a prefetch', 'prefetch', 503, `?token=${TOKEN}`, { headers: { 'sec-purpose': 'prefetch' } }],
    ];
    for (const [what, code, status, query, more] of cases) {
      it(`${what}: ${code}, ${status}, and nothing is sent`, async () => {
        const outcome = await authenticate(strategy(), menu(PATH + query, more));
        expect(failureIn(outcome)).to.deep.equal({ code, status });
        expectNothingSecretIn(outcome, [TOKEN]);
        expect(hiworks.requests).to.deep.equal([]);
      });
    }

    it('a token of 2,048 characters is sent', async () => {
      errorIn(await authenticate(strategy(), menu(`${PATH}?token=${'a'.repeat(2048)}`)));
      expect(hiworks.requests).to.have.lengthOf(1);
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
    const wrong: [options: unknown, message: string][] = [
      [undefined, '`options` must be an object'],
      [{}, '`path` must be a path'],
      [{ path: undefined }, 'environment variable'],
      [{ path: `hiworks/${SECRET}` }, '`path` must be a path'],
      [{ path: `${PATH}?a=b` }, '`path` must be a path'],
      [{ path: '/hiworks/sso' }, 'unguessable'],
      [{ path: `/hiworks/${SECRET.slice(1)}` }, 'at least 22 characters'],
      [{ path: `/hiworks/${SECRET}%20` }, 'unguessable'],
      [{ path: `/${SECRET}/login` }, 'unguessable'],
      [
        { path: PATH, tokensURL: 'http://link-api.hiworks.com/v4/tokens' },
        '`tokensURL` must be an https: URL',
      ],
      [{ path: PATH, timeout: 0 }, '`timeout`'],
      [{ path: PATH, agent: 'proxy' }, '`agent`'],
      [{ path: PATH, allowedOffices: '123123' }, 'nothing in a token says which company'],
      [{ path: PATH, tokenUrl: undefined }, 'did you mean `tokensURL`?'],
    ];
    for (const [options, message] of wrong) {
      it(`${JSON.stringify(options)} does not construct`, () => {
        expect(() => new HiworksSSOStrategy(options as HiworksSSOStrategyOptions, takesEverybody))
          .to.throw(TypeError, message)
          .and.satisfy(({ message }: Error) => !message.includes(SECRET));
      });
    }

    it('verify has to be a function', () => {
      expect(() => new HiworksSSOStrategy({ path: PATH }, undefined as never)).to.throw(
        TypeError,
        '`verify`',
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

  function logIn(token = TOKEN): Promise<Outcome> {
    const options = { path: PATH, tokensURL: `${raw.url}/v4/tokens`, customHeaders: { 'x-gateway': 'yes' } };
    const strategy = new HiworksSSOStrategy(options, takesEverybody);
    return authenticate(strategy, menu(PATH, { query: { token } }));
  }

  it('is requested with a JSON Content-Type and the headers of the application', async () => {
    answer(200, PERSON);
    await logIn();
    expect(raw.requests[0]).to.match(new RegExp(`^GET /v4/tokens/${TOKEN} HTTP/1.1\r\n`));
    expect(raw.requests[0])
      .to.match(/content-type: application\/json\r\n/i)
      .and.match(/x-gateway: yes\r\n/i);
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
    answer(200, { 'user-no': 1234567, 'employee-no': 7, 'user-id': null, 'user-name': '', extra: 'x' });
    expect(profileIn(await logIn())).to.deep.equal({
      provider: 'hiworks-sso',
      id: '1234567',
      userNo: '1234567',
      employeeNo: '7',
      _raw: '{"user-no":"1234567","employee-no":"7"}',
      _json: { 'user-no': '1234567', 'employee-no': '7' },
    });
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
      expect(error.message).to.include(`GET ${raw.url}/v4/tokens/{token}`);
      expectNothingSecretIn(error, [TOKEN]);
    });
  }

  const unusable: [what: string, status: number, body: unknown, code: string][] = [
    ['a person with HTTP 500', 500, PERSON, 'unexpected_status'],
    ['a redirect', 302, '', 'redirected'],
    ['a page', 200, `<html>${TOKEN}</html>`, 'not_json'],
    ['null', 200, 'null', 'wrong_shape'],
    ['nobody', 200, { data: { attributes: {} } }, 'wrong_shape'],
    ['data that is an array', 200, { data: [PERSON] }, 'wrong_shape'],
    ['a number beyond 2^53', 200, '{"user-no":9007199254740993}', 'wrong_shape'],
    ['a number that is the token', 200, { 'user-no': TOKEN }, 'wrong_shape'],
    ['an employee number that is the token', 200, { ...PERSON, 'employee-no': TOKEN }, 'wrong_shape'],
    ['a name that is not a string', 200, { ...PERSON, 'user-name': 7 }, 'wrong_shape'],
    ['an id that is not a string', 200, { ...PERSON, 'user-id': {} }, 'wrong_shape'],
  ];
  for (const [what, status, body, code] of unusable) {
    it(`${what} is a HiworksTransportError: ${code}`, async () => {
      answer(status, body);
      const error = errorIn(await logIn());
      expect(error).to.be.instanceOf(HiworksTransportError).and.have.property('code', code);
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
