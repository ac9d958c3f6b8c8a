import { expect } from 'chai';
import { HiworksTokenError, HiworksTransportError } from 'passport-hiworks';
import { readIdentity, readTokenResponse } from '../dist/hiworks/token-response.js';
import { refusals } from './fixtures/refusals.json';
import offline from './fixtures/token-offline.json';
import { responses as wrongResponses } from './fixtures/wrong-token-responses.json';
import {
  ACCESS_TOKEN,
  BODY_MARK,
  CLIENT_SECRET,
  CODE,
  expectNothingSecretIn,
  KNOWN_TO_A_LOGIN,
  REFRESH_TOKEN,
} from './support/secrets.js';

const DATA = { ...offline.data, access_token: ACCESS_TOKEN, refresh_token: REFRESH_TOKEN };
const REQUEST = 'POST https://api.hiworks.com/open/auth/accesstoken';

const ENDPOINT = { name: REQUEST, isDocumented: true, options: {} };

function response(body: string | object, status = 200, secrets: readonly string[] = []) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { endpoint: ENDPOINT, secrets, status, headers: {}, body: Buffer.from(text) };
}

const read = (body: string | object, status?: number, secrets: readonly string[] = [CLIENT_SECRET, CODE]) =>
  readTokenResponse(response(body, status, secrets), 'sign in again');
const success = (data: object) => read({ code: 'SUC', msg: '', data: { ...DATA, ...data } });
const identity = (data: object, secrets: readonly string[] = []) =>
  readIdentity({ endpoint: ENDPOINT, secrets }, { ...offline.data, ...data });

function thrownBy(act: () => unknown): Error & { code: string; status: number } {
  try {
    act();
  } catch (error) {
    expectNothingSecretIn(error);
    return error as Error & { code: string; status: number };
  }
  return expect.fail('the response was taken for a success');
}

function expectUnusable(act: () => unknown, code: string, says: string, status?: number): void {
  const error = thrownBy(act);
  expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ code, status: 502 });
  expect(error.message).to.include(says);
  expect(error.message.startsWith(`${REQUEST}: `)).to.equal(true);
  expect((error as { oauthError?: unknown }).oauthError).to.deep.equal(status ? { statusCode: status } : {});
  if (status) {
    expect(error.message).to.match(new RegExp(`, HTTP ${status} \\([^()]+\\)$`));
  }
}

const wrongShape = (act: () => unknown, says: string, status?: number) =>
  expectUnusable(act, 'wrong_shape', `: the response does not have the documented shape: ${says}`, status);

describe('A token response', () => {
  it('grants what is documented', () => {
    const { refresh_token: _refreshToken, ...params } = DATA;
    expect(read({ code: 'SUC', msg: '', data: DATA })).to.deep.equal({
      accessToken: ACCESS_TOKEN,
      refreshToken: REFRESH_TOKEN,
      params,
    });
  });

  it('may say anything in msg, and carry more data than is documented', () => {
    for (const msg of [undefined, null, '성공', 1, {}]) {
      const { params } = read({ code: 'SUC', msg, data: { ...DATA, company: { name: '가비아' } } });
      expect(params.company).to.deep.equal({ name: '가비아' });
    }
  });

  it('may carry no refresh token: absent, null or empty', () => {
    for (const refresh_token of [undefined, null, '']) {
      const { refreshToken, params } = success({ refresh_token });
      expect(refreshToken).to.equal(undefined);
      expect(params).not.to.have.property('refresh_token');
    }
  });

  it('has not the documented shape', () => {
    for (const { what, text, code, says } of wrongResponses) {
      expectUnusable(() => read(text), code, says, 200);
      expect(what).to.be.a('string');
    }
    const bytes = { ...response(''), body: Buffer.from([0x22, 0xb0, 0xa1, 0x22]) };
    expectUnusable(
      () => readTokenResponse(bytes, ''),
      'not_json',
      ': the response is not JSON in UTF-8',
      200,
    );
  });

  it('has tokens that an Authorization header can carry', () => {
    const wrong = [
      0,
      4711,
      true,
      {},
      { $gt: '' },
      [],
      ['a'],
      'a b',
      'a\tb',
      'a\nb',
      'a\u0000',
      '토큰',
      'a\u00a0',
      ' ',
      '\u007f',
    ];
    for (const token of [undefined, null, '', ...wrong]) {
      wrongShape(
        () => success({ access_token: token }),
        '`data.access_token` is missing or is not a token',
        200,
      );
    }
    for (const token of wrong) {
      wrongShape(
        () => success({ refresh_token: token }),
        '`data.refresh_token` is missing or is not a token',
        200,
      );
    }
    for (const token of ['!', '~', 'a-._~+/=']) {
      expect(success({ access_token: token, refresh_token: token })).to.include({
        accessToken: token,
        refreshToken: token,
      });
    }
  });

  for (const name of ['user_no', 'office_no'] as const) {
    const field = name === 'user_no' ? 'userNo' : 'officeNo';

    it(`has a ${name} that is a string, or a number that JSON can carry`, () => {
      for (const [came, text] of [
        ['1234567', '1234567'],
        ['0001234567', '0001234567'],
        ['가비아-1', '가비아-1'],
        ['7'.repeat(64), '7'.repeat(64)],
        [1234567, '1234567'],
        [0, '0'],
        [-1, '-1'],
        [9007199254740991, '9007199254740991'],
      ]) {
        expect(identity({ [name]: came })[field]).to.equal(text);
      }
      const says = `\`${name}\` is missing, or neither a string nor a safe integer`;
      for (const number of [
        undefined,
        null,
        '',
        ' ',
        true,
        {},
        [],
        ['1'],
        1.5,
        '1 2',
        '1\n',
        '1\u0000',
        '\ud83d',
        '7'.repeat(65),
      ]) {
        wrongShape(() => identity({ [name]: number }), says);
      }
      // JSON rounds these to the numbers of other people.
      for (const number of ['9007199254740992', '9007199254740993', '-9007199254740993', '1e400']) {
        const text = JSON.stringify({ code: 'SUC', data: { ...DATA, [name]: 'HERE' } }).replace(
          '"HERE"',
          number,
        );
        wrongShape(() => readIdentity({ endpoint: ENDPOINT, secrets: [] }, read(text).params), says);
      }
    });

    it(`has a ${name} that is no secret: it would stand in every profile`, () => {
      for (const secret of Object.values(KNOWN_TO_A_LOGIN)) {
        const secrets = Object.values(KNOWN_TO_A_LOGIN);
        wrongShape(() => identity({ [name]: secret }, secrets), `\`${name}\` repeats a secret`);
      }
    });
  }

  it('with a status that a success does not have is neither, whatever it contains', () => {
    for (const status of [201, 202, 204, 206, 299, 400, 401, 403, 404, 429, 500, 502, 503, 504]) {
      for (const body of [{ code: 'SUC', data: DATA }, {}, [], 'null', '', `<p>${BODY_MARK}</p>`]) {
        const says = ': unexpected response';
        expectUnusable(() => read(body, status), 'unexpected_status', says, status);
      }
    }
    for (const status of [300, 301, 302, 303, 304, 307, 308, 399]) {
      for (const body of [{ code: 'SUC', data: DATA }, {}, 'null', '']) {
        const says = ': the response is a redirect, which is not followed';
        expectUnusable(() => read(body, status), 'redirected', says, status);
      }
    }
  });
});

describe('A refusal of the token endpoint', () => {
  it("is a HiworksTokenError with Hiworks' words and code, at any status", () => {
    for (const { what, status, body, says = '만료된 코드입니다.' } of refusals) {
      const code = String(body.code).trim();
      const error = thrownBy(() => read(body, status));
      expect(error, what).to.be.instanceOf(HiworksTokenError).and.to.include({ code, status: 401 });
      expect(error.message).to.equal(
        `Hiworks refused ${REQUEST} (HTTP ${status}, code ${code}): ${says} (sign in again)`,
      );
      const { description } = error as { description?: string };
      expect(description).to.equal(says === 'no message' ? undefined : says);
    }
  });

  it('is cut to 200 characters, not inside one', () => {
    const { message } = thrownBy(() => read({ code: 'ERR', msg: '\u{1F510}'.repeat(300) }));
    expect(message).to.include(`: ${'\u{1F510}'.repeat(200)} (sign in again)`);
  });

  it('shows [hidden] in place of whatever the login knows', () => {
    for (const secret of Object.values(KNOWN_TO_A_LOGIN)) {
      const text = `no good: ${secret}, ${secret}`;
      for (const body of [
        { code: 'ERR', msg: text },
        { code: 'ERR', message: text },
        { code: text, msg: '만료' },
      ]) {
        const { message } = thrownBy(() => read({ ...body, data: DATA }));
        expect(message).to.include('no good: [hidden], [hidden]');
      }
    }
    thrownBy(() =>
      read({ code: 'ERR', msg: 'x', data: { access_token: 'half a pair: \ud83d', refresh_token: 7 } }),
    );
  });

  const says = (msg: string, ...secrets: string[]) =>
    thrownBy(() => read({ code: 'ERR', msg }, 200, secrets)).message;

  it('shows no rest of a secret that is part of another, in either order', () => {
    const [short, long] = ['c0de', 'pre-c0de-post'];
    expect(says(`<${long}>`, short, long)).to.include(': <[hidden]> (');
    expect(says(`<${long}>`, long, short)).to.include(': <[hidden]> (');
  });

  it('shows no secret percent-encoded either', () => {
    const secret = 's&cret/+ä';
    const encoded = encodeURIComponent(secret);
    for (const [words, shown] of [
      [`client_secret=${encoded}; ${secret}`, 'client_secret=[hidden]; [hidden]'],
      [`client_secret=${encoded}`, 'client_secret=[hidden]'],
      [`client_secret=${secret}`, 'client_secret=[hidden]'],
    ] as const) {
      expect(says(words, secret)).to.include(`: ${shown} (`);
    }
  });

  it('keeps words that merely contain something as short as a test secret', () => {
    expect(says('c0de', 'c0de')).to.include(': [hidden] (');
    expect(says('expired', '', 'exp')).to.include(': expired (');
  });
});
