import { expect } from 'chai';
import {
  type HiworksProfile,
  HiworksProfileError,
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTransportError,
  type HiworksUserProfile,
} from 'passport-hiworks';
import { readUserProfile } from '../dist/hiworks/profile.js';
import me from './fixtures/me.json';
import { refusals } from './fixtures/refusals.json';
import { authenticate, errorOf, get, userOf } from './support/login.js';
import { http, type RawServer, rawServers } from './support/raw-server.js';
import {
  ACCESS_TOKEN,
  BODY_MARK,
  CLIENT_SECRET,
  CODE,
  expectNothingSecretIn,
  KNOWN_TO_A_LOGIN,
  REFRESH_TOKEN,
} from './support/secrets.js';
import { CALLBACK, optionsFor, strategyFor, tokenBody } from './support/strategy.js';

type Hook = (...args: Parameters<HiworksStrategy['userProfile']>) => unknown;

/** The profile of the token response alone. */
const PROFILE = {
  provider: 'hiworks',
  id: '1234567',
  userNo: '1234567',
  officeNo: '123123',
  _raw: '{"office_no":"123123","user_no":"1234567"}',
  _json: { office_no: '123123', user_no: '1234567' },
};

describe('The profile', () => {
  const serve = rawServers();

  /** A Hiworks with these responses at its two endpoints. */
  const hiworksWith = (data: object, user: object | string = me): Promise<RawServer> =>
    serve((socket, request) => {
      const body = typeof user === 'string' ? user : JSON.stringify(user);
      socket.write(http(200, request.startsWith('POST') ? tokenBody(data) : body));
    });

  async function profileOf(data: object, user?: object): Promise<HiworksProfile> {
    const { url } = await hiworksWith(data, user);
    return userOf(await authenticate(strategyFor(url, { fetchProfile: user !== undefined }), get(CALLBACK)));
  }

  it('the profile is that of the token response, read in one request', async () => {
    const hiworks = await hiworksWith({});
    expect(userOf(await authenticate(strategyFor(hiworks.url), get(CALLBACK)))).to.deep.equal(PROFILE);
    expect(hiworks.requests).to.have.lengthOf(1);
  });

  it('with fetchProfile, the profile has the name and user id of user/v2/me, and the id of the token response', async () => {
    const _json = { office_no: '123123', user_no: '1234567', ...me, no: '1', id: '2', more: 'x' };
    expect(await profileOf({}, { ...me, no: '1', id: '2', more: 'x' })).to.deep.equal({
      ...PROFILE,
      displayName: 'Nick(홍길동)',
      username: 'hong',
      _raw: JSON.stringify(_json),
      _json,
    });
  });

  it('numbers are strings in the profile', async () => {
    const profile = await profileOf({ office_no: 123123, user_no: Number.MAX_SAFE_INTEGER });
    expect(profile).to.include({ id: '9007199254740991', userNo: '9007199254740991', officeNo: '123123' });
  });

  it('no e-mail address is made up', async () => {
    expect(JSON.stringify(await profileOf({}, me))).not.to.include('@');
  });

  it('_json keeps the other members of both responses, except objects and lists', async () => {
    const others = {
      toString: 1,
      valueOf: 'x',
      length: -1,
      hasOwnProperty: null,
      constructor: 2,
      x__proto__: 3,
      __proto__x: 4,
      ok: true,
    };
    const profile = await profileOf(
      { ...others, nested: { a: 1 }, list: [1], toJSON: {} },
      { ...me, team: ['a'] },
    );
    expect(profile._json).to.deep.equal({ office_no: '123123', user_no: '1234567', ...others, ...me });
    expect(profile._raw).to.equal(JSON.stringify(profile._json));
    expect(JSON.parse(JSON.stringify(profile)).id, 'can be stored').to.equal('1234567');
  });

  it('the profile contains no token, secret or code, even if a response repeats them', async () => {
    const secrets = Object.values(KNOWN_TO_A_LOGIN);
    const repeated = Object.fromEntries(secrets.map((secret, index) => [`note${index}`, `x${secret}x`]));
    const data = {
      ...repeated,
      id_token: 'short',
      Token: 1,
      clientSecret: 'x',
      auth_code: 'y',
    };
    const user = {
      ...me,
      name: `name ${ACCESS_TOKEN}`,
      user_id: `id ${REFRESH_TOKEN} ${CODE}`,
      encoded: encodeURIComponent(CLIENT_SECRET),
      kept: 'kept',
    };
    const profile = await profileOf(data, user);
    expectNothingSecretIn(profile);
    expect(profile).to.include({ displayName: 'name [hidden]', username: 'id [hidden] [hidden]' });
    expect(profile._json).to.deep.equal({
      office_no: '123123',
      user_no: '1234567',
      _comment: me._comment,
      no: me.no,
      kept: 'kept',
    });
  });

  it('a custom header with the value of a member leaves the profile as it is', async () => {
    const { url } = await hiworksWith({}, me);
    const values = ['123123', '1234567', me.user_id, me.name].map(encodeURI);
    const customHeaders = Object.fromEntries(values.map((value, index) => [`x-value-${index}`, value]));
    const options = { fetchProfile: true, customHeaders };
    const profile = userOf(await authenticate(strategyFor(url, options), get(CALLBACK)));
    expect(profile).to.deep.equal(
      userOf(await authenticate(strategyFor(url, { fetchProfile: true }), get(CALLBACK))),
    );
  });

  it('a response without an office number is an error with the HTTP status, as any other response', async () => {
    const { url } = await hiworksWith({ office_no: undefined });
    const error = errorOf(await authenticate(strategyFor(url), get(CALLBACK)));
    expect(error).to.have.property('code', 'wrong_shape');
    expect(error.message).to.include('`office_no` is missing').and.include(', HTTP 200 (');
    expect(error.oauthError).to.have.property('statusCode', 200);
  });

  it('a token response nested 30,000 deep gives a profile', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    const { url } = await serve((socket) =>
      socket.write(http(200, tokenBody().replace('{"access', `{"deep":${deep},"access`))),
    );
    expect(userOf(await authenticate(strategyFor(url), get(CALLBACK))).id).to.equal('1234567');
  });

  it('a token response of 4,000 members gives a profile', async () => {
    const many = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`m${index}`, index]));
    expect(Object.keys((await profileOf(many))._json)).to.have.lengthOf(4002);
  });

  describe('user/v2/me', () => {
    const read = (body: object | string, status = 200) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return readUserProfile({
        endpoint: { name: 'GET https://api.hiworks.com/user/v2/me', isDocumented: true, options: {} },
        secrets: [CLIENT_SECRET, ACCESS_TOKEN],
        status,
        headers: {},
        body: Buffer.from(text),
      });
    };
    const thrownBy = (body: object | string, status?: number): Error & { description?: string } => {
      try {
        read(body, status);
      } catch (error) {
        expectNothingSecretIn(error);
        return error as Error;
      }
      return expect.fail('the response was accepted');
    };

    it('the profile of user/v2/me has `no` for an id, and no office', () => {
      const { no, user_id, name } = me;
      expect(read({ no, user_id, name })).to.deep.equal({
        provider: 'hiworks',
        id: '1234567',
        userNo: '1234567',
        displayName: 'Nick(홍길동)',
        username: 'hong',
        _raw: JSON.stringify({ no, user_id, name }),
        _json: { no, user_id, name },
      });
    });

    for (const code of ['SUC', null, '', {}, true]) {
      it(`a response of user/v2/me with the code ${JSON.stringify(code)} is no refusal`, () => {
        expect(read({ ...me, code }).username).to.equal('hong');
      });
    }

    for (const { what, status, body, text = '만료된 코드입니다.' } of refusals) {
      it(`a refused profile request (${what}) is a HiworksProfileError with the code and text of Hiworks`, () => {
        const code = String(body.code).trim();
        const error = thrownBy(body, status);
        expect(error).to.be.instanceOf(HiworksProfileError).and.to.include({ code, status: 502 });
        expect(error.message).to.include(`: ${text} (`);
        expect(error.description).to.equal(text === 'no message' ? undefined : text);
      });
    }

    it('the hint for a refused profile request names the permission to read it', () => {
      expect(thrownBy({ code: 'ERR' }).message).to.include('내 정보 조회');
    });

    for (const [field, property] of [
      ['name', 'displayName'],
      ['user_id', 'username'],
    ] as const) {
      it(`${field} as a safe integer is converted to a string: many companies use employee numbers`, () => {
        expect(read({ ...me, [field]: 20190012 })).to.have.property(property, '20190012');
      });

      for (const value of [undefined, null, '', {}, ['hong'], false, 1.5, 9007199254740992]) {
        it(`${field} as ${JSON.stringify(value)} is left out: an optional field never fails a login`, () => {
          expect(read({ ...me, [field]: value })).to.not.have.property(property);
        });
      }
    }

    const wrong: [what: string, body: string | object, code: string, fragment: string, status?: number][] = [
      ['nothing', '', 'not_json', 'JSON'],
      ['a page', `<p>${BODY_MARK}</p>`, 'not_json', 'JSON'],
      ['null', 'null', 'wrong_shape', 'null'],
      ['a list', [me], 'wrong_shape', 'array'],
      ['no `no`', {}, 'wrong_shape', '`no`'],
      ['an envelope', { code: 'SUC', data: me }, 'wrong_shape', '`no`'],
      ['a fraction for `no`', { ...me, no: 1.5 }, 'wrong_shape', '`no`'],
      ['`no` repeats the token', { ...me, no: ACCESS_TOKEN }, 'wrong_shape', 'secret'],
      ['HTTP 201', me, 'unexpected_status', 'HTTP 201', 201],
      ['HTTP 403', me, 'unexpected_status', 'HTTP 403', 403],
      ['HTTP 302', me, 'redirected', 'HTTP 302', 302],
    ];
    for (const [what, body, code, fragment, status] of wrong) {
      it(`an unusable response of user/v2/me (${what}) is ${code}`, () => {
        const error = thrownBy(body, status);
        expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ code, status: 502 });
        expect(error.message).to.include(fragment);
      });
    }

    for (const [what, secret] of Object.entries(KNOWN_TO_A_LOGIN)) {
      it(`the error of a refused profile request hides the ${what} of the login`, async () => {
        const { url } = await hiworksWith({}, { code: 'ERR', msg: `no good: ${secret}` });
        const error = errorOf(await authenticate(strategyFor(url, { fetchProfile: true }), get(CALLBACK)));
        expect(error).to.be.instanceOf(HiworksProfileError);
        expect(error).to.have.property('description', 'no good: [hidden]');
      });
    }
  });

  describe('strategy.userProfile', () => {
    const userProfile = (strategy: HiworksStrategy, accessToken: unknown) =>
      new Promise<{ error: unknown; profile: unknown }>((resolve) => {
        strategy.userProfile(accessToken as string, (error, profile) => resolve({ error, profile }));
      });

    it('userProfile(accessToken, done) reads user/v2/me, with the token in a header', async () => {
      const hiworks = await hiworksWith({});
      const { error, profile } = await userProfile(strategyFor(hiworks.url), ACCESS_TOKEN);
      expect(error).to.equal(null);
      expect(profile).to.deep.include({ id: '1234567', displayName: 'Nick(홍길동)' });
      expect(hiworks.requests[0]).to.match(/^GET \/user\/v2\/me HTTP/);
      expect(hiworks.requests[0]).to.match(new RegExp(`^authorization: Bearer ${ACCESS_TOKEN}\r$`, 'im'));
    });

    for (const token of ['', undefined, null, 7, 'a\nb']) {
      it(`userProfile(${JSON.stringify(token)}) is a TypeError, without a request`, async () => {
        const hiworks = await hiworksWith({});
        const { error } = await userProfile(strategyFor(hiworks.url), token);
        expect(error).to.be.instanceOf(TypeError);
        expect((error as Error).message).to.include('access token');
        expect(hiworks.requests).to.deep.equal([]);
      });
    }

    it('userProfile gives a refusal as a HiworksProfileError, which hides the token', async () => {
      const { url } = await hiworksWith({}, { code: 'ERR', msg: `no good: ${ACCESS_TOKEN}` });
      const { error } = await userProfile(strategyFor(url), ACCESS_TOKEN);
      expect(error).to.be.instanceOf(HiworksProfileError);
      expect(error).to.have.property('description', 'no good: [hidden]');
      expectNothingSecretIn(error);
    });
  });

  describe('an overridden userProfile', () => {
    type On = 'class' | 'instance';

    /** A login whose strategy's userProfile is overridden, by a subclass or on the instance. */
    async function logIn(hook: Hook, on: On = 'class', options: Partial<HiworksStrategyOptions> = {}) {
      const hiworks = await hiworksWith({});
      class Subclass extends HiworksStrategy {
        override userProfile(...args: Parameters<HiworksStrategy['userProfile']>): void {
          hook.apply(this, args);
        }
      }
      const Strategy = on === 'class' ? Subclass : HiworksStrategy;
      const strategy = new Strategy(
        { ...optionsFor(hiworks.url), ...options } as HiworksStrategyOptions,
        (_accessToken, _refreshToken, profile, done) => done(null, profile),
      );
      if (on === 'instance') {
        strategy.userProfile = hook;
      }
      return { outcome: await authenticate(strategy, get(CALLBACK)), requests: hiworks.requests };
    }

    for (const on of ['class', 'instance'] as const) {
      it(`a userProfile overridden by the ${on} is called with the access token, without fetchProfile, and wins`, async () => {
        const seen: unknown[] = [];
        const { outcome, requests } = await logIn((accessToken, done) => {
          seen.push(accessToken);
          done(null, { id: 'own id', displayName: '길동', roles: ['admin'], _raw: 'raw' });
        }, on);
        expect(seen).to.deep.equal([ACCESS_TOKEN]);
        expect(userOf(outcome)).to.deep.equal({
          ...PROFILE,
          id: 'own id',
          displayName: '길동',
          roles: ['admin'],
          _raw: 'raw',
        });
        expect(requests).to.have.lengthOf(1);
      });
    }

    for (const nothing of [undefined, null, {}]) {
      it(`an overridden userProfile that gives ${JSON.stringify(nothing)} keeps the profile of the token response`, async () => {
        const { outcome } = await logIn((_token, done) => done(null, nothing as Record<string, unknown>));
        expect(userOf(outcome)).to.deep.equal(PROFILE);
      });
    }

    it('an overridden userProfile may call the base class', async () => {
      const { outcome, requests } = await logIn(function (this: unknown, accessToken, done) {
        HiworksStrategy.prototype.userProfile.call(this as HiworksStrategy, accessToken, (error, profile) =>
          done(error, { ...(profile as HiworksUserProfile), displayName: 'changed' }),
        );
      });
      expect(userOf(outcome)).to.include({ displayName: 'changed', username: 'hong', officeNo: '123123' });
      expect(requests).to.have.lengthOf(2);
    });

    const broken = new Error('the directory is down');
    const failing: [how: string, hook: Hook, on: On][] = [
      [
        'throws',
        () => {
          throw broken;
        },
        'class',
      ],
      [
        'throws',
        () => {
          throw broken;
        },
        'instance',
      ],
      ['calls back with', (_accessToken, done) => done(broken), 'class'],
      ['calls back with', (_accessToken, done) => done(broken), 'instance'],
      ['rejects with', async () => Promise.reject(broken), 'instance'],
    ];
    for (const [how, hook, on] of failing) {
      it(`an error that a userProfile overridden by the ${on} ${how} is the error of that login`, async () => {
        expect(errorOf((await logIn(hook, on, { fetchProfile: true })).outcome)).to.equal(broken);
      });
    }
  });
});
