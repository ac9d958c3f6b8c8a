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

describe('A profile', () => {
  const serve = rawServers();

  /** A Hiworks with these responses at its two endpoints. */
  const hiworksWith = (data: object, person: object | string = me): Promise<RawServer> =>
    serve((socket, request) => {
      const body = typeof person === 'string' ? person : JSON.stringify(person);
      socket.write(http(200, request.startsWith('POST') ? tokenBody(data) : body));
    });

  async function profileOf(data: object, person?: object): Promise<HiworksProfile> {
    const { url } = await hiworksWith(data, person);
    return userOf(
      await authenticate(strategyFor(url, { fetchProfile: person !== undefined }), get(CALLBACK)),
    );
  }

  it('is what the token response says, in one request', async () => {
    const hiworks = await hiworksWith({});
    expect(userOf(await authenticate(strategyFor(hiworks.url), get(CALLBACK)))).to.deep.equal({
      provider: 'hiworks',
      id: '1234567',
      userNo: '1234567',
      officeNo: '123123',
      _raw: '{"office_no":"123123","user_no":"1234567"}',
      _json: { office_no: '123123', user_no: '1234567' },
    });
    expect(hiworks.requests).to.have.lengthOf(1);
  });

  it('has, with fetchProfile, the name and the user id of user/v2/me, but no id of it', async () => {
    const profile = await profileOf({}, { ...me, no: '1', id: '2', more: 'x' });
    const _json = { office_no: '123123', user_no: '1234567', ...me, no: '1', id: '2', more: 'x' };
    expect(profile).to.deep.equal({
      provider: 'hiworks',
      id: '1234567',
      userNo: '1234567',
      officeNo: '123123',
      displayName: 'Nick(홍길동)',
      username: 'hong',
      _raw: JSON.stringify(_json),
      _json,
    });
  });

  it('has strings for numbers, and invents no e-mail address', async () => {
    const profile = await profileOf(
      { office_no: 123123, user_no: Number.MAX_SAFE_INTEGER },
      { ...me, no: 1234567 },
    );
    expect(profile).to.include({ id: '9007199254740991', userNo: '9007199254740991', officeNo: '123123' });
    expect(JSON.stringify(profile)).not.to.include('@');
  });

  it('keeps what Hiworks said of the person, without nested fields', async () => {
    const odd = {
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
      { ...odd, nested: { a: 1 }, list: [1], toJSON: {} },
      { ...me, team: ['a'] },
    );
    expect(profile._json).to.deep.equal({ office_no: '123123', user_no: '1234567', ...odd, ...me });
    expect(profile._raw).to.equal(JSON.stringify(profile._json));
    expect(JSON.parse(JSON.stringify(profile)).id, 'can be stored').to.equal('1234567');
  });

  it('contains no token, secret or code anywhere, however a response repeats them', async () => {
    const secrets = Object.values(KNOWN_TO_A_LOGIN);
    const repeated = Object.fromEntries(secrets.map((secret, index) => [`note${index}`, `x${secret}x`]));
    const data = {
      ...repeated,
      id_token: 'short',
      Token: 1,
      clientSecret: 'x',
      auth_code: 'y',
      [`a${ACCESS_TOKEN}`]: 'as a name',
    };
    const person = {
      ...me,
      name: `name ${ACCESS_TOKEN}`,
      user_id: `id ${REFRESH_TOKEN} ${CODE}`,
      encoded: encodeURIComponent(CLIENT_SECRET),
      kept: 'kept',
    };
    const profile = await profileOf(data, person);
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

  it('comes of a response nested 30,000 deep as well, or of 5,000 fields', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    const { url } = await serve((socket) =>
      socket.write(http(200, tokenBody().replace('{"access', `{"deep":${deep},"access`))),
    );
    expect(userOf(await authenticate(strategyFor(url), get(CALLBACK))).id).to.equal('1234567');
    const many = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`m${index}`, index]));
    expect(Object.keys((await profileOf(many))._json)).to.have.lengthOf(4002);
  });

  describe('of user/v2/me by itself', () => {
    const REQUEST = 'GET https://api.hiworks.com/user/v2/me';
    const read = (body: object | string, status = 200) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return readUserProfile({
        endpoint: { name: REQUEST, isDocumented: true, options: {} },
        secrets: [CLIENT_SECRET, ACCESS_TOKEN],
        status,
        headers: {},
        body: Buffer.from(text),
      });
    };
    const thrownBy = (body: object | string, status?: number): Error => {
      try {
        read(body, status);
      } catch (error) {
        expectNothingSecretIn(error);
        return error as Error;
      }
      return expect.fail('it was taken for a person');
    };

    it('has the number for an id, and no office', () => {
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

    it('leaves out a name or user id that is absent, null or empty; a code that is no refusal does no harm', () => {
      for (const absent of [undefined, null, '']) {
        expect(read({ no: 1, name: absent, user_id: absent })).not.to.have.any.keys(
          'displayName',
          'username',
        );
      }
      for (const code of ['SUC', null, '', {}, true]) {
        expect(read({ ...me, code }).username).to.equal('hong');
      }
    });

    it('is refused with a HiworksProfileError, which says what to look at', () => {
      for (const { what, status, body, says = '만료된 코드입니다.' } of refusals) {
        const code = String(body.code).trim();
        const error = thrownBy(body, status);
        expect(error, what).to.be.instanceOf(HiworksProfileError).and.to.include({ code, status: 502 });
        expect(error.message).to.equal(
          `Hiworks refused ${REQUEST} (HTTP ${status}, code ${code}): ${says} (does the client have the permission "내 정보 조회"?)`,
        );
        const { description } = error as { description?: string };
        expect(description).to.equal(says === 'no message' ? undefined : says);
      }
      for (const secret of [CLIENT_SECRET, ACCESS_TOKEN]) {
        expect(thrownBy({ code: 'ERR', msg: `no good: ${secret}` }).message).to.include(
          'no good: [hidden] (',
        );
      }
    });

    for (const [field, property] of [
      ['name', 'displayName'],
      ['user_id', 'username'],
    ] as const) {
      it(`${field} as a safe integer is converted to a string: many companies use employee numbers`, () => {
        expect(read({ ...me, [field]: 20190012 })).to.have.property(property, '20190012');
      });

      for (const value of [{}, ['hong'], false, 1.5, 9007199254740992]) {
        it(`${field} as ${JSON.stringify(value)} is left out: an optional field never fails a login`, () => {
          expect(read({ ...me, [field]: value })).to.not.have.property(property);
        });
      }
    }

    it('is a HiworksTransportError if it has not the shape that clients have seen', () => {
      const wrong: [string | object, string, string][] = [
        ['', 'not_json', 'is not JSON'],
        [`<p>${BODY_MARK}</p>`, 'not_json', 'is not JSON'],
        ['null', 'wrong_shape', ': it is null'],
        [[me], 'wrong_shape', ': it is an array'],
        [{}, 'wrong_shape', ': `no` is missing, or neither a string nor a safe integer'],
        [{ code: 'SUC', data: me }, 'wrong_shape', ': `no` is missing'],
        [{ ...me, no: 1.5 }, 'wrong_shape', ': `no` is missing'],
        [{ ...me, no: ACCESS_TOKEN }, 'wrong_shape', ': `no` repeats a secret'],
      ];
      for (const [body, code, says] of wrong) {
        const error = thrownBy(body);
        expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ code, status: 502 });
        expect(error.message.startsWith(`${REQUEST}: `)).to.equal(true);
        expect(error.message)
          .to.include(says)
          .and.to.match(/, HTTP 200 \(/);
      }
      for (const [status, code] of [
        [201, 'unexpected_status'],
        [403, 'unexpected_status'],
        [302, 'redirected'],
      ] as const) {
        expect(thrownBy(me, status)).to.include({ code });
      }
    });

    const viaMethod = (strategy: HiworksStrategy, accessToken: unknown) =>
      new Promise<{ error: unknown; profile: unknown }>((resolve) => {
        strategy.userProfile(accessToken as string, (error, profile) => resolve({ error, profile }));
      });

    it("is what strategy.userProfile gives, for a mobile client's token say, sent in a header", async () => {
      const hiworks = await hiworksWith({});
      const { error, profile } = await viaMethod(strategyFor(hiworks.url), ACCESS_TOKEN);
      expect(error).to.equal(null);
      expect(profile).to.deep.include({ id: '1234567', displayName: 'Nick(홍길동)' });
      expect(hiworks.requests[0]).to.match(/^GET \/user\/v2\/me HTTP/);
      expect(hiworks.requests[0]).to.match(new RegExp(`^authorization: Bearer ${ACCESS_TOKEN}\r$`, 'im'));
    });

    it('is an error of strategy.userProfile for an empty token, and for a refusal', async () => {
      const hiworks = await hiworksWith({}, { code: 'ERR', msg: `no good: ${ACCESS_TOKEN}` });
      for (const token of ['', undefined, null, 7, 'a\nb']) {
        const { error } = await viaMethod(strategyFor(hiworks.url), token);
        expect(error).to.be.instanceOf(TypeError);
        expect((error as Error).message).to.equal(
          'HiworksStrategy: the access token must be a non-empty string',
        );
      }
      expect(hiworks.requests).to.deep.equal([]);
      const { error } = await viaMethod(strategyFor(hiworks.url), ACCESS_TOKEN);
      expect(error).to.be.instanceOf(HiworksProfileError);
      expectNothingSecretIn(error);
    });
  });

  it('that cannot be had ends the login, and the error hides all that the login knows', async () => {
    for (const secret of Object.values(KNOWN_TO_A_LOGIN)) {
      const { url } = await hiworksWith({}, { code: 'ERR', msg: `no good: ${secret}` });
      const error = errorOf(await authenticate(strategyFor(url, { fetchProfile: true }), get(CALLBACK)));
      expect(error).to.be.instanceOf(HiworksProfileError);
      expect(error.message).to.include('no good: [hidden]');
    }
  });

  describe('of an application that overrides userProfile', () => {
    async function profileWith(
      hook: Hook,
      options: Partial<HiworksStrategyOptions> = {},
      on: 'class' | 'instance' = 'class',
    ) {
      const hiworks = await hiworksWith({});
      class Subclass extends HiworksStrategy {
        override userProfile(...args: Parameters<HiworksStrategy['userProfile']>): void {
          hook.apply(this, args);
        }
      }
      const all = { ...optionsFor(hiworks.url), ...options } as HiworksStrategyOptions;
      const take = (
        _a: string,
        _r: string | undefined,
        profile: HiworksProfile,
        done: (error: null, user: object) => void,
      ) => done(null, profile);
      const strategy = on === 'class' ? new Subclass(all, take) : new HiworksStrategy(all, take);
      if (on === 'instance') {
        strategy.userProfile = hook;
      }
      return { outcome: await authenticate(strategy, get(CALLBACK)), requests: hiworks.requests };
    }
    const own = {
      provider: 'hiworks',
      id: '1234567',
      userNo: '1234567',
      officeNo: '123123',
      _raw: '{"office_no":"123123","user_no":"1234567"}',
      _json: { office_no: '123123', user_no: '1234567' },
    };

    for (const on of ['class', 'instance'] as const) {
      it(`overridden by the ${on}, it is asked with the access token, even without fetchProfile, and what it gives wins`, async () => {
        const seen: unknown[] = [];
        const { outcome, requests } = await profileWith(
          (accessToken, done) => {
            seen.push(accessToken);
            done(null, { id: 'own id', displayName: '길동', roles: ['admin'], _raw: 'raw' });
          },
          {},
          on,
        );
        expect(seen).to.deep.equal([ACCESS_TOKEN]);
        expect(userOf(outcome)).to.deep.equal({
          ...own,
          id: 'own id',
          displayName: '길동',
          roles: ['admin'],
          _raw: 'raw',
        });
        expect(requests).to.have.lengthOf(1);
      });
    }

    it('giving nothing leaves what there is', async () => {
      for (const nothing of [undefined, null, {}]) {
        const { outcome } = await profileWith((_accessToken, done) =>
          done(null, nothing as Record<string, unknown>),
        );
        expect(userOf(outcome)).to.deep.equal(own);
      }
    });

    it('may ask the base class first', async () => {
      const { outcome, requests } = await profileWith(function (this: unknown, accessToken, done) {
        HiworksStrategy.prototype.userProfile.call(this as HiworksStrategy, accessToken, (error, profile) =>
          done(error, { ...(profile as HiworksUserProfile), displayName: 'changed' }),
        );
      });
      expect(userOf(outcome)).to.include({ displayName: 'changed', username: 'hong', officeNo: '123123' });
      expect(requests).to.have.lengthOf(2);
    });

    it('what it throws, calls back with or rejects with is the error of that login', async () => {
      const broken = new Error('the directory is down');
      const hooks: Hook[] = [
        () => {
          throw broken;
        },
        (_accessToken, done) => done(broken),
      ];
      for (const hook of hooks) {
        expect(errorOf((await profileWith(hook)).outcome)).to.equal(broken);
        expect(errorOf((await profileWith(hook, { fetchProfile: true }, 'instance')).outcome)).to.equal(
          broken,
        );
      }
      const rejecting = await profileWith(async () => Promise.reject(broken), {}, 'instance');
      expect(errorOf(rejecting.outcome)).to.equal(broken);
    });
  });
});
