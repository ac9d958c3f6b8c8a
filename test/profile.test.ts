import { expect } from 'chai';
import { type HiworksProfile, HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import me from './fixtures/me.json';
import offline from './fixtures/token-offline.json';
import { authenticate, get } from './support/login.js';

const code = 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6';
const { access_token: accessToken, refresh_token: refreshToken } = offline.data;

describe('The profile of a person', () => {
  let hiworks: HiworksServer;

  before(async () => {
    hiworks = await createHiworksServer();
  });
  after(() => hiworks.close());

  async function profileOf(data: object, answer?: object): Promise<HiworksProfile> {
    hiworks.fail('token', { code: 'SUC', data });
    if (answer) {
      hiworks.fail('profile', { body: JSON.stringify(answer) });
    }
    const strategy = new HiworksStrategy(
      { ...hiworks.options, state: false, fetchProfile: answer !== undefined },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    );
    const outcome = await authenticate(strategy, get(`/?auth_code=${code}`));
    expect(outcome.kind, JSON.stringify(outcome)).to.equal('success');
    return (outcome as { user: HiworksProfile }).user;
  }

  it('has id, userNo and officeNo from the token answer', async () => {
    const profile = await profileOf(offline.data);
    expect(profile).to.include({ provider: 'hiworks', id: '1234567', userNo: '1234567', officeNo: '123123' });
    expect(profile).not.to.have.any.keys('displayName', 'username');
  });

  it('has displayName and username from user/v2/me', async () => {
    const profile = await profileOf(offline.data, me);
    expect(profile).to.include({ displayName: 'Nick(홍길동)', username: 'hong' });
  });

  it('hands numbers on as strings, up to the largest that JSON can carry', async () => {
    const data = { ...offline.data, office_no: 123123, user_no: Number.MAX_SAFE_INTEGER };
    const profile = await profileOf(data, { ...me, no: 1234567 });
    expect(profile).to.include({ id: '9007199254740991', userNo: '9007199254740991', officeNo: '123123' });
  });

  it('leaves out a name or user id that Hiworks left out', async () => {
    for (const absent of [undefined, null, '']) {
      const profile = await profileOf(offline.data, { no: '1', name: absent, user_id: absent });
      expect(profile).not.to.have.any.keys('displayName', 'username');
    }
  });

  it('takes its id from the token answer, whatever user/v2/me says', async () => {
    expect(await profileOf(offline.data, { ...me, no: '1', id: '2' })).to.include({
      id: '1234567',
      userNo: '1234567',
    });
  });

  it('keeps what Hiworks said of the person, in its own names', async () => {
    const profile = await profileOf(
      { ...offline.data, extra: { a: [1, '가', null, true] } },
      { ...me, more: 'x' },
    );
    const said = {
      office_no: '123123',
      user_no: '1234567',
      extra: { a: [1, '가', null, true] },
      ...me,
      more: 'x',
    };
    expect(profile._json).to.deep.equal(said);
    expect(JSON.parse(profile._raw)).to.deep.equal(said);
  });

  it('invents no e-mail address', async () => {
    expect(JSON.stringify(await profileOf(offline.data, me))).not.to.include('@');
  });

  it('contains no token, secret or code anywhere, even where an answer repeats them', async () => {
    const secrets = [accessToken, refreshToken, hiworks.options.clientSecret, code];
    const repeated = secrets.map((secret) => `x${secret}x`);
    const data = { ...offline.data, note: repeated, deep: [{ deeper: repeated }] };
    const answer = {
      ...me,
      name: `name ${accessToken}`,
      user_id: `id ${refreshToken}`,
      access_token: 'another-token',
      clientSecret: 'another-secret',
      auth_code: 'another-code',
      [accessToken]: 'as a key',
      encoded: encodeURIComponent(hiworks.options.clientSecret),
    };
    const text = JSON.stringify(await profileOf(data, answer));
    for (const secret of [...secrets, 'another-token', 'another-secret', 'another-code']) {
      expect(text).not.to.include(secret);
    }
    expect(text).to.include('name [hidden]');
  });

  it('is built from deeply nested answers as well, without what lies too deep for a person', async () => {
    let nested: object = { bottom: true };
    for (let depth = 0; depth < 2000; depth += 1) {
      nested = { nested };
    }
    let list: unknown[] = [];
    for (let depth = 0; depth < 2000; depth += 1) {
      list = [list];
    }
    const profile = await profileOf({ ...offline.data, nested, list });
    expect(profile.id).to.equal('1234567');
    expect(profile._raw).to.have.length.below(1000);
    expect(profile._json.list).to.deep.equal([[[[[[[null]]]]]]]);
  });

  it('is not confused by names that JavaScript gives a meaning to', async () => {
    hiworks.fail('token', {
      body: `{"code":"SUC","data":{"access_token":"${accessToken}","office_no":"1","user_no":"2","__proto__":{"admin":true},"constructor":1,"x__proto__":2,"__proto__x":3}}`,
    });
    const strategy = new HiworksStrategy({ ...hiworks.options, state: false }, (_a, _r, profile, done) =>
      done(null, profile),
    );
    const { user } = (await authenticate(strategy, get(`/?auth_code=${code}`))) as { user: HiworksProfile };
    expect((user._json as { admin?: boolean }).admin).to.equal(undefined);
    expect(user._json).to.include({ constructor: 1, x__proto__: 2, __proto__x: 3 });
    expect(({} as { admin?: boolean }).admin).to.equal(undefined);
  });
});
