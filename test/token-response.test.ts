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

type ResponseError = Error & { code: string; status: number; oauthError?: object; description?: string };

function response(body: string | object | Buffer, status = 200, secrets: readonly string[] = []) {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return { endpoint: ENDPOINT, secrets, status, headers: {}, body: Buffer.from(text as string) };
}

const read = (
  body: string | object | Buffer,
  status?: number,
  secrets: readonly string[] = [CLIENT_SECRET, CODE],
) => readTokenResponse(response(body, status, secrets), 'a hint');
const grant = (data: object) => read({ code: 'SUC', msg: '', data: { ...DATA, ...data } });
const identity = (data: object, secrets: readonly string[] = []) =>
  readIdentity({ endpoint: ENDPOINT, secrets }, { ...offline.data, ...data });

function thrownBy(act: () => unknown): ResponseError {
  try {
    act();
  } catch (error) {
    expectNothingSecretIn(error);
    return error as ResponseError;
  }
  return expect.fail('the response was accepted');
}

/** Expects a transport error; `fragment` is part of its message. */
function expectUnusable(act: () => unknown, code: string, fragment = ''): ResponseError {
  const error = thrownBy(act);
  expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ code, status: 502 });
  expect(error.message).to.include(fragment);
  return error;
}

/** A short name of a value for the title of a test. */
const shown = (value: unknown) =>
  value === undefined ? 'undefined' : JSON.stringify(value).replace(/(.)\1{9,}/, '$1…');

describe('A token response', () => {
  it('a token response as documented gives both tokens, and params without the refresh token', () => {
    const { refresh_token: _refreshToken, ...params } = DATA;
    expect(read({ code: 'SUC', msg: '', data: DATA })).to.deep.equal({
      accessToken: ACCESS_TOKEN,
      refreshToken: REFRESH_TOKEN,
      params,
    });
  });

  for (const msg of [undefined, null, '성공', 1, {}]) {
    it(`a token response may have the msg ${shown(msg)}, and more data than is documented`, () => {
      const { params } = read({ code: 'SUC', msg, data: { ...DATA, company: { name: '가비아' } } });
      expect(params.company).to.deep.equal({ name: '가비아' });
    });
  }

  for (const refresh_token of [undefined, null, '']) {
    it(`the refresh_token ${shown(refresh_token)} of a token response is none`, () => {
      const { refreshToken, params } = grant({ refresh_token });
      expect(refreshToken).to.equal(undefined);
      expect(params).not.to.have.property('refresh_token');
    });
  }

  for (const { what, text, code, message } of wrongResponses) {
    it(`an unusable token response (${what}) is ${code}`, () => {
      const error = expectUnusable(() => read(text), code, message);
      expect(error.oauthError).to.deep.equal({ statusCode: 200 });
    });
  }

  it('a token response that is not UTF-8 is not_json', () => {
    expectUnusable(() => read(Buffer.from([0x22, 0xb0, 0xa1, 0x22])), 'not_json');
  });

  const noTokens = [
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
  for (const token of [undefined, null, '', ...noTokens]) {
    it(`the access_token ${shown(token)}, which no Authorization header can carry, is wrong_shape`, () => {
      expectUnusable(() => grant({ access_token: token }), 'wrong_shape', '`data.access_token`');
    });
  }
  for (const token of noTokens) {
    it(`the refresh_token ${shown(token)} is wrong_shape`, () => {
      expectUnusable(() => grant({ refresh_token: token }), 'wrong_shape', '`data.refresh_token`');
    });
  }

  for (const token of ['!', '~', 'a-._~+/=']) {
    it(`the token ${token} is accepted`, () => {
      const tokens = { accessToken: token, refreshToken: token };
      expect(grant({ access_token: token, refresh_token: token })).to.include(tokens);
    });
  }

  it('the message for a wrong shape names the request, the member, and a hint', () => {
    expect(thrownBy(() => identity({ user_no: undefined })).message).to.equal(
      `${REQUEST}: the response does not have the documented shape: \`user_no\` is missing, or neither a string nor a safe ` +
        'integer (did a proxy or gateway respond instead of Hiworks?)',
    );
  });

  for (const name of ['user_no', 'office_no'] as const) {
    const field = name === 'user_no' ? 'userNo' : 'officeNo';

    for (const [value, text] of [
      ['1234567', '1234567'],
      ['0001234567', '0001234567'],
      ['가비아-1', '가비아-1'],
      ['7'.repeat(64), '7'.repeat(64)],
      [1234567, '1234567'],
      [0, '0'],
      [-1, '-1'],
      [9007199254740991, '9007199254740991'],
    ] as const) {
      it(`the ${name} ${shown(value)} is read as a string`, () => {
        expect(identity({ [name]: value })[field]).to.equal(text);
      });
    }

    for (const value of [
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
      it(`the ${name} ${shown(value)} is wrong_shape`, () => {
        const error = expectUnusable(() => identity({ [name]: value }), 'wrong_shape', `\`${name}\``);
        expect(error.oauthError, 'a stub has no status').to.deep.equal({});
      });
    }

    for (const number of ['9007199254740992', '9007199254740993', '-9007199254740993', '1e400']) {
      it(`the ${name} ${number}, which JSON rounds to that of another user, is wrong_shape`, () => {
        const body = JSON.stringify({ code: 'SUC', data: { ...DATA, [name]: 'HERE' } });
        const { params } = read(body.replace('"HERE"', number));
        const act = () => readIdentity({ endpoint: ENDPOINT, secrets: [] }, params);
        expectUnusable(act, 'wrong_shape', `\`${name}\``);
      });
    }

    for (const [what, secret] of Object.entries(KNOWN_TO_A_LOGIN)) {
      it(`the ${name} repeating the ${what} is wrong_shape: it would end up in every profile`, () => {
        const act = () => identity({ [name]: secret }, Object.values(KNOWN_TO_A_LOGIN));
        expectUnusable(act, 'wrong_shape', 'secret');
      });
    }
  }

  const bodies = [{ code: 'SUC', data: DATA }, {}, [], 'null', '', `<p>${BODY_MARK}</p>`];
  for (const [code, statuses] of [
    ['unexpected_status', [201, 202, 204, 206, 299, 400, 401, 403, 404, 429, 500, 502, 503, 504]],
    ['redirected', [300, 301, 302, 303, 304, 307, 308, 399]],
  ] as const) {
    for (const status of statuses) {
      it(`a token response with HTTP ${status} is ${code}, even if it looks like a success`, () => {
        for (const body of bodies) {
          const error = expectUnusable(() => read(body, status), code, `HTTP ${status}`);
          expect(error.oauthError).to.deep.equal({ statusCode: status });
        }
      });
    }
  }
});

describe('A refusal of the token endpoint', () => {
  for (const { what, status, body, text = '만료된 코드입니다.' } of refusals) {
    it(`a refused token request (${what}) is a HiworksTokenError with the code and text of Hiworks`, () => {
      const code = String(body.code).trim();
      const error = thrownBy(() => read(body, status));
      expect(error).to.be.instanceOf(HiworksTokenError).and.to.include({ code, status: 401 });
      expect(error.message).to.include(`: ${text} (`).and.include('(a hint)').and.include(`HTTP ${status}`);
      expect(error.description).to.equal(text === 'no message' ? undefined : text);
    });
  }

  const describedAs = (msg: string, ...secrets: string[]) =>
    thrownBy(() => read({ code: 'ERR', msg }, 200, secrets)).description;

  for (const [isDocumented, msg, isMentioned] of [
    [true, '유효하지 않은 토큰입니다.', false],
    [false, '유효하지 않은 토큰입니다.', true],
    [false, 'Invalid Token', true],
    [false, '만료된 코드입니다.', false],
    [false, undefined, false],
  ] as const) {
    it(`the refusal "${msg}" of ${isDocumented ? 'the documented' : 'another'} endpoint ${
      isMentioned ? 'mentions' : 'does not mention'
    } that a wrong path gets the same response`, () => {
      const endpoint = { ...ENDPOINT, isDocumented };
      const act = () => readTokenResponse({ ...response({ code: 'ERR', msg }), endpoint }, 'a hint');
      expect(thrownBy(act).message.includes('wrong path')).to.equal(isMentioned);
    });
  }

  it('the text of a refusal is cut to 200 characters, not inside one', () => {
    expect(describedAs('\u{1F510}'.repeat(300))).to.equal('\u{1F510}'.repeat(200));
  });

  for (const [what, secret] of Object.entries(KNOWN_TO_A_LOGIN)) {
    it(`a refusal shows [hidden] in place of the ${what}`, () => {
      const text = `no good: ${secret}, ${secret}`;
      for (const body of [
        { code: 'ERR', msg: text },
        { code: 'ERR', message: text },
        { code: text, msg: '만료' },
      ]) {
        const { message } = thrownBy(() => read({ ...body, data: DATA }));
        expect(message).to.include('no good: [hidden], [hidden]');
      }
    });
  }

  it('a refusal whose tokens are no text can be reported', () => {
    const data = { access_token: 'half a pair: \ud83d', refresh_token: 7 };
    expect(thrownBy(() => read({ code: 'ERR', msg: 'x', data }))).to.be.instanceOf(HiworksTokenError);
  });

  it('a secret that is part of another leaves no rest of it, in either order', () => {
    const [short, long] = ['c0de', 'pre-c0de-post'];
    expect(describedAs(`<${long}>`, short, long)).to.equal('<[hidden]>');
    expect(describedAs(`<${long}>`, long, short)).to.equal('<[hidden]>');
  });

  it('a secret is hidden percent-encoded as well', () => {
    const secret = 's&cret/+ä';
    const encoded = encodeURIComponent(secret);
    for (const [text, shown] of [
      [`client_secret=${encoded}; ${secret}`, 'client_secret=[hidden]; [hidden]'],
      [`client_secret=${encoded}`, 'client_secret=[hidden]'],
      [`client_secret=${secret}`, 'client_secret=[hidden]'],
    ] as const) {
      expect(describedAs(text, secret)).to.equal(shown);
    }
  });

  it('a secret that JSON escapes is hidden inside a text that is quoted as JSON', () => {
    const secret = 's3cr"et\\t0ken';
    expect(describedAs(JSON.stringify(`the token ${secret} expired`), secret)).to.equal(
      '"the token [hidden] expired"',
    );
  });

  it('a secret of four characters is hidden, a shorter one is not: it would garble ordinary text', () => {
    expect(describedAs('c0de', 'c0de')).to.equal('[hidden]');
    expect(describedAs('expired', '', 'exp')).to.equal('expired');
  });
});
