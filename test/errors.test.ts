import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksStrategy,
  type HiworksStrategyOptions,
  HiworksTokenError,
  HiworksTransportError,
} from 'passport-hiworks';
import { createHiworksServer, type HiworksFailure, type HiworksServer } from 'passport-hiworks/testing';
import OAuth2Strategy from 'passport-oauth2';
import refused from './fixtures/refused.json';
import { authenticate, get } from './support/login.js';

const code = 'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6';
const accessToken = '2xxycv2zm9gbb7xp5tr7urg5ixycdemp';
const granted = { code: 'SUC', data: { access_token: accessToken, office_no: '1', user_no: '2' } };

/** Every way in which a log could come to print an error. */
function printed(error: Error): string {
  const hidden = inspect(error, { showHidden: true, depth: null, getters: true });
  return [
    error.message,
    error.stack,
    String(error),
    hidden,
    JSON.stringify(error),
    inspect(error.cause),
  ].join('\n');
}

describe('What the application sees when a login fails', () => {
  let hiworks: HiworksServer;

  beforeEach(async () => {
    hiworks = await createHiworksServer();
  });
  afterEach(() => hiworks.close());

  async function errorOf(
    query: string,
    options: Partial<HiworksStrategyOptions> = {},
  ): Promise<Error & { code: string; status: number }> {
    const strategy = new HiworksStrategy(
      { ...hiworks.options, state: false, ...options },
      (_a, _r, profile, done) => done(null, profile),
    );
    const outcome = await authenticate(strategy, get(`/callback?${query}`));
    expect(outcome.kind, JSON.stringify(outcome)).to.equal('error');
    const { error } = outcome as { error: Error & { code: string; status: number } };
    expect(error).to.be.instanceOf(Error);
    expect(error.stack).to.include(error.message);
    expect(String(error)).to.equal(`${error.constructor.name}: ${error.message}`);
    expect(error.name).to.equal(error.constructor.name);
    return error;
  }

  it('the callback carried an error: HiworksAuthorizationError, an AuthorizationError', async () => {
    const error = await errorOf('error=temporarily_unavailable&error_description=%EC%A0%90%EA%B2%80');
    expect(error)
      .to.be.instanceOf(HiworksAuthorizationError)
      .and.instanceOf(OAuth2Strategy.AuthorizationError);
    expect(error).to.include({ code: 'temporarily_unavailable', status: 503 });
    expect(error.message).to.include('점검');
  });

  it('the token endpoint refused: HiworksTokenError, a TokenError, with code and status 401', async () => {
    hiworks.fail('token', refused);
    const error = await errorOf(`auth_code=${code}`);
    expect(error).to.be.instanceOf(HiworksTokenError).and.instanceOf(OAuth2Strategy.TokenError);
    expect(error).to.include({ code: 'ERR', status: 401 });
    expect(error.message).to.include(refused.msg);
    expect(error.message).to.include(
      '(sign in again: a code is good once, and only with the client id, secret and accessType of its own login)',
    );
  });

  it('the token endpoint refused with a token that is no well-formed text: still a HiworksTokenError', async () => {
    hiworks.fail('token', { ...refused, data: { access_token: 'half a pair: \ud83d' } });
    expect(await errorOf(`auth_code=${code}`)).to.be.instanceOf(HiworksTokenError);
  });

  it('user/v2/me refused: HiworksProfileError, status 502, and what to look at', async () => {
    hiworks.fail('token', granted);
    hiworks.fail('profile', { code: 'ERR', message: '권한이 없습니다' });
    const error = await errorOf(`auth_code=${code}`, { fetchProfile: true });
    expect(error).to.be.instanceOf(HiworksProfileError);
    expect(error).to.include({ code: 'ERR', status: 502 });
    expect(error.message)
      .to.include('권한이 없습니다')
      .and.include('내 정보 조회')
      .and.include('/user/v2/me');
  });

  describe('no usable answer: HiworksTransportError, an InternalOAuthError', () => {
    const cases: Record<string, [HiworksFailure, string, number, string]> = {
      'no answer in time': ['hang', 'timeout', 504, 'no whole answer within 150 ms'],
      'a reset connection': ['reset', 'connection_failed', 502, 'the connection failed'],
      'an answer cut short': ['truncate', 'connection_failed', 502, 'broke off inside the answer'],
      'an answer over 64 KiB': [{ body: 'x'.repeat(65_537) }, 'too_large', 502, 'larger than 64 KiB'],
      'a redirect': [{ body: '', status: 302, headers: { location: '/' } }, 'redirected', 502, 'a redirect'],
      'an odd status': [{ body: '', status: 502 }, 'unexpected_status', 502, 'HTTP 502'],
      'something that is not JSON': [{ body: '<html>' }, 'not_json', 502, 'not JSON'],
      'a wrong shape': [{ code: 'SUC', data: null }, 'wrong_shape', 502, '`data` is missing'],
    };
    for (const [name, [failure, errorCode, status, words]] of Object.entries(cases)) {
      it(name, async () => {
        hiworks.fail('token', failure);
        const error = await errorOf(`auth_code=${code}`, { timeout: failure === 'hang' ? 150 : 10_000 });
        expect(error)
          .to.be.instanceOf(HiworksTransportError)
          .and.instanceOf(OAuth2Strategy.InternalOAuthError);
        expect(error).to.include({ code: errorCode, status });
        expect(error.message).to.include(words).and.include(`POST ${hiworks.url}/open/auth/accesstoken`);
      });
    }

    it('a refused connection, with the cause', async () => {
      await hiworks.close();
      const error = await errorOf(`auth_code=${code}`);
      expect(error).to.include({ code: 'connection_failed', status: 502 });
      expect(error.cause).to.be.instanceOf(Error).and.have.property('code', 'ECONNREFUSED');
      expect((error as { oauthError?: unknown }).oauthError).to.equal(error.cause);
      expect(Object.keys(error), 'what a log would print twice').not.to.include('oauthError');
      for (const field of ['name', 'cause']) {
        expect(Object.getOwnPropertyDescriptor(error, field)).to.include({
          configurable: true,
          writable: true,
        });
      }
    });

    it('no cause where there was none', async () => {
      hiworks.fail('token', { body: 'x' });
      expect('cause' in (await errorOf(`auth_code=${code}`))).to.equal(false);
    });
  });

  describe('contains no secret, token, code or raw body, however it is printed', () => {
    const body = `RAW-BODY ${accessToken}`;
    const failures: Record<string, HiworksFailure> = {
      'not JSON': { body },
      'not JSON, with an odd status': { body, status: 500 },
      'a broken success': { code: 'SUC', data: { access_token: accessToken, note: body } },
      'a success with an odd status': { ...granted, status: 500 },
      'a refusal that repeats everything': {
        code: `E-${code}`,
        msg: `${code} ${accessToken} is not right`,
        data: { access_token: accessToken, refresh_token: 'the-refresh-token' },
      },
    };
    for (const [name, failure] of Object.entries(failures)) {
      it(name, async () => {
        hiworks.fail('token', failure);
        const text = printed(await errorOf(`auth_code=${code}`));
        for (const secret of [
          hiworks.options.clientSecret,
          code,
          accessToken,
          'RAW-BODY',
          'the-refresh-token',
        ]) {
          expect(text).not.to.include(secret);
        }
      });
    }

    it('a refusal that repeats the client secret, as it is or percent-encoded', async () => {
      const clientSecret = 'a secret/with+signs';
      hiworks.fail('token', {
        code: 'ERR',
        msg: `client_secret=${encodeURIComponent(clientSecret)} (${clientSecret})`,
      });
      const text = printed(await errorOf(`auth_code=${code}`, { clientSecret }));
      expect(text).to.include('[hidden]');
      expect(text).not.to.include(clientSecret);
      expect(text).not.to.include(encodeURIComponent(clientSecret));
    });

    it('a refused profile that repeats the access token', async () => {
      hiworks.fail('token', granted);
      hiworks.fail('profile', { code: 'ERR', msg: `token ${accessToken} expired` });
      const text = printed(await errorOf(`auth_code=${code}`, { fetchProfile: true }));
      expect(text).to.include('expired').and.not.include(accessToken);
    });
  });
});
