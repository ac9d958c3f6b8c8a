import { expect } from 'chai';
import { HiworksProfileError, HiworksTokenError, HiworksTransportError } from 'passport-hiworks';
import { readMe, readTokenAnswer } from '../dist/envelope.js';
import me from './fixtures/me.json';
import { refusals } from './fixtures/refusals.json';
import offline from './fixtures/token-offline.json';
import { answers as wrongTokenAnswers } from './fixtures/wrong-token-answers.json';
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
const ASKED = 'POST https://api.hiworks.com/open/auth/accesstoken';

function answer(body: string | object, status = 200, asked = ASKED) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { asked, status, headers: () => ({}), body: Buffer.from(text) };
}

const tokens = (body: string | object, status?: number) =>
  readTokenAnswer(answer(body, status), [CLIENT_SECRET, CODE], 'sign in again');
const success = (data: object) => tokens({ code: 'SUC', msg: '', data: { ...DATA, ...data } });

const person = (body: string | object, status?: number) =>
  readMe(answer(body, status, 'GET https://api.hiworks.com/user/v2/me'), [CLIENT_SECRET, ACCESS_TOKEN]);

function thrownBy(read: () => unknown): Error & { code: string; status: number } {
  try {
    read();
  } catch (error) {
    expectNothingSecretIn(error);
    return error as Error & { code: string; status: number };
  }
  return expect.fail('the answer was taken for a success');
}

function expectUnusable(read: () => unknown, code: string, says: string, status = 200): void {
  const error = thrownBy(read);
  expect(error).to.be.instanceOf(HiworksTransportError).and.to.include({ code, status: 502 });
  expect(error.message).to.match(/^(POST|GET) https:\/\/api\.hiworks\.com\/[/\w]+: /);
  expect(error.message)
    .to.include(says)
    .and.to.match(new RegExp(`\\(HTTP ${status}\\)$`));
}

const ODD_STATUSES = [201, 202, 204, 206, 299, 400, 401, 403, 404, 429, 500, 502, 503, 504];
const REDIRECTS = [300, 301, 302, 303, 304, 307, 308, 399];

describe("Hiworks' answer with tokens", () => {
  describe('is understood', () => {
    it('with everything in it that is documented', () => {
      expect(tokens({ code: 'SUC', msg: '', data: DATA })).to.deep.equal({
        accessToken: ACCESS_TOKEN,
        refreshToken: REFRESH_TOKEN,
        officeNo: '123123',
        userNo: '1234567',
        params: { access_token: ACCESS_TOKEN, office_no: '123123', user_no: '1234567' },
      });
    });

    it('whatever msg says, and without one', () => {
      for (const msg of [undefined, null, '성공', 1, {}]) {
        expect(tokens({ code: 'SUC', msg, data: DATA }).userNo).to.equal('1234567');
      }
    });

    it('without a refresh token, be it absent, null or empty', () => {
      for (const refresh_token of [undefined, null, '']) {
        const { refreshToken, params } = success({ refresh_token });
        expect(refreshToken).to.equal(undefined);
        expect(params).not.to.have.property('refresh_token');
      }
    });

    const numbers: [unknown, string][] = [
      ['1234567', '1234567'],
      ['0001234567', '0001234567'],
      ['가비아-1', '가비아-1'],
      ['7'.repeat(64), '7'.repeat(64)],
      [1234567, '1234567'],
      [0, '0'],
      [-1, '-1'],
      [9007199254740991, '9007199254740991'],
    ];
    for (const name of ['user_no', 'office_no']) {
      for (const [came, text] of numbers) {
        it(`with ${JSON.stringify(came)} for ${name}, handed on as a string`, () => {
          const { userNo, officeNo, params } = success({ [name]: came });
          expect(name === 'user_no' ? userNo : officeNo).to.equal(text);
          expect(params[name]).to.equal(came);
        });
      }
    }

    it('with more in its data than is documented', () => {
      expect(success({ company: { name: '가비아' } }).params.company).to.deep.equal({ name: '가비아' });
    });
  });

  describe('has not the documented shape:', () => {
    for (const { what, text, code, says } of wrongTokenAnswers) {
      it(what, () => expectUnusable(() => tokens(text), code, says));
    }

    it('bytes that are no UTF-8', () => {
      const body = Buffer.from([0x22, 0xb0, 0xa1, 0x22]);
      const read = () => readTokenAnswer({ ...answer(''), body }, [], '');
      expectUnusable(read, 'not_json', 'the answer is not JSON in UTF-8');
    });

    const noTokens = [
      null,
      0,
      4711,
      true,
      {},
      [],
      ['a'],
      'a b',
      'a\tb',
      'a\nb',
      'a\u0000',
      '토큰',
      'a\u00a0',
      ' ',
    ];
    for (const token of [undefined, '', ...noTokens]) {
      it(`${JSON.stringify(token)} for an access token`, () => {
        const says = 'the answer has not the documented shape: `data.access_token` is missing or no token';
        expectUnusable(() => success({ access_token: token }), 'wrong_shape', says);
      });
    }
    for (const token of noTokens.slice(1)) {
      it(`${JSON.stringify(token)} for a refresh token`, () => {
        const says = '`data.refresh_token` is missing or no token';
        expectUnusable(() => success({ refresh_token: token }), 'wrong_shape', says);
      });
    }

    const noNumbers = [
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
    ];
    for (const name of ['user_no', 'office_no']) {
      const says = `\`${name}\` is missing, or neither a text nor a safe integer`;
      for (const number of noNumbers) {
        it(`${JSON.stringify(number)} for ${name}`, () =>
          expectUnusable(() => success({ [name]: number }), 'wrong_shape', says));
      }
      for (const number of ['9007199254740992', '9007199254740993', '-9007199254740993', '1e400']) {
        it(`the number ${number} for ${name}, which JSON would round to that of another person`, () => {
          const text = JSON.stringify({ code: 'SUC', data: { ...DATA, [name]: 'HERE' } });
          expectUnusable(() => tokens(text.replace('"HERE"', number)), 'wrong_shape', says);
        });
      }
    }

    it('a member that only its prototype could have', () => {
      const { user_no: _userNo, ...data } = DATA;
      const text = JSON.stringify({ code: 'SUC', data }).replace(
        '{"code"',
        '{"__proto__":{"user_no":"1"},"code"',
      );
      expectUnusable(() => tokens(text), 'wrong_shape', '`user_no` is missing');
    });
  });

  describe('comes with a status that a success does not have:', () => {
    for (const status of ODD_STATUSES) {
      const says = 'neither a success nor a refusal. Is the URL right?';
      it(`${status}, whatever it contains`, () => {
        for (const body of [{ code: 'SUC', data: DATA }, {}, [], 'null', '', `<p>${BODY_MARK}</p>`]) {
          expectUnusable(() => tokens(body, status), 'unexpected_status', says, status);
        }
      });
    }
    for (const status of REDIRECTS) {
      it(`${status}, whatever it contains`, () => {
        for (const body of [{ code: 'SUC', data: DATA }, {}, 'null', '']) {
          const says = 'a redirect, which is not followed. Is the URL right?';
          expectUnusable(() => tokens(body, status), 'redirected', says, status);
        }
      });
    }
  });
});

describe("Hiworks' refusal", () => {
  for (const { what, status, body, says = '만료된 코드입니다.' } of refusals) {
    const code = String(body.code).trim();

    it(`of tokens (${what}) is a HiworksTokenError with its words and code`, () => {
      const error = thrownBy(() => tokens(body, status));
      expect(error).to.be.instanceOf(HiworksTokenError).and.to.include({ code, status: 401 });
      expect(error.message).to.equal(
        `Hiworks refused ${ASKED} (HTTP ${status}, code ${code}): ${says} (sign in again)`,
      );
    });

    it(`of user/v2/me (${what}) is a HiworksProfileError with its words and code`, () => {
      const error = thrownBy(() => person(body, status));
      expect(error).to.be.instanceOf(HiworksProfileError).and.to.include({ code, status: 502 });
      expect(error.message).to.equal(
        `Hiworks refused GET https://api.hiworks.com/user/v2/me (HTTP ${status}, code ${code}): ${says} ` +
          '(is the permission "내 정보 조회" ticked for this client?)',
      );
    });
  }

  it('is cut to 200 characters, not inside one', () => {
    const { message } = thrownBy(() => tokens({ code: 'ERR', msg: '\u{1F510}'.repeat(300) }));
    expect(message).to.include(`: ${'\u{1F510}'.repeat(200)} (sign in again)`);
  });

  const repeating = (text: string) => [
    { code: 'ERR', msg: text },
    { code: 'ERR', message: text },
    { code: text, msg: '만료' },
  ];

  for (const [what, secret] of Object.entries(KNOWN_TO_A_LOGIN)) {
    it(`that repeats the ${what} shows [hidden] in its place`, () => {
      for (const body of repeating(`no good: ${secret}, ${secret}`)) {
        const { message } = thrownBy(() => tokens({ ...body, data: DATA }));
        expect(message).to.include('no good: [hidden], [hidden]');
      }
    });
  }

  it('that repeats the secret or the token shows [hidden] at user/v2/me, too', () => {
    for (const secret of [CLIENT_SECRET, ACCESS_TOKEN]) {
      for (const body of repeating(`no good: ${secret}`)) {
        expect(thrownBy(() => person(body)).message).to.include('no good: [hidden]');
      }
    }
  });

  it('that repeats a secret which is part of another shows no rest of either', () => {
    const [short, long] = ['c0de', 'pre-c0de-post'];
    for (const secrets of [
      [short, long],
      [long, short],
    ]) {
      const { message } = thrownBy(() =>
        readTokenAnswer(answer({ code: 'ERR', msg: `<${long}>` }), secrets, ''),
      );
      expect(message).to.include(': <[hidden]> (');
    }
  });

  it('that repeats a secret of special characters percent-encoded shows [hidden]', () => {
    const secret = 's&cret/+ä';
    const msg = `client_secret=${encodeURIComponent(secret)}`;
    const { message } = thrownBy(() => readTokenAnswer(answer({ code: 'ERR', msg }), [secret], ''));
    expect(message).to.include('client_secret=[hidden] (');
  });

  it('that is nothing but a secret, as short as one can be, shows [hidden]', () => {
    const { message } = thrownBy(() => readTokenAnswer(answer({ code: 'ERR', msg: 'c0de' }), ['c0de'], ''));
    expect(message).to.include(': [hidden] (');
  });

  it('keeps words that merely contain something as short as a test secret', () => {
    const { message } = thrownBy(() =>
      readTokenAnswer(answer({ code: 'ERR', msg: 'expired' }), ['', 'exp'], ''),
    );
    expect(message).to.include(': expired (');
  });
});

describe("Hiworks' answer about a person", () => {
  it('is understood', () => {
    expect(person(me)).to.deep.equal({ name: 'Nick(홍길동)', userId: 'hong', json: me });
  });

  it('is understood with a number for no, without name and user_id, and with the code of a success', () => {
    for (const absent of [undefined, null, '']) {
      const { name, userId } = person({ code: 'SUC', no: 1234567, name: absent, user_id: absent });
      expect({ name, userId }).to.deep.equal({ name: undefined, userId: undefined });
    }
  });

  it('is understood with a code that is no text and no number: that is no refusal', () => {
    for (const code of [null, '', {}, true]) {
      expect(person({ ...me, code }).userId).to.equal('hong');
    }
  });

  const wrong: [string, string | object, string, string][] = [
    ['nothing', '', 'not_json', 'not JSON'],
    ['a page', '<html></html>', 'not_json', 'not JSON'],
    ['null', 'null', 'wrong_shape', 'it is null'],
    ['an array', [me], 'wrong_shape', 'it is an array'],
    ['an empty object', {}, 'wrong_shape', '`no` is missing'],
    ['an envelope', { code: 'SUC', data: me }, 'wrong_shape', '`no` is missing'],
    ['a fraction for no', { ...me, no: 1.5 }, 'wrong_shape', '`no` is missing, or neither a text'],
    ['a number for a name', { ...me, name: 1 }, 'wrong_shape', '`name` is no text'],
    ['an object for a name', { ...me, name: {} }, 'wrong_shape', '`name` is no text'],
    ['an array for a user_id', { ...me, user_id: ['hong'] }, 'wrong_shape', '`user_id` is no text'],
    ['false for a user_id', { ...me, user_id: false }, 'wrong_shape', '`user_id` is no text'],
  ];
  for (const [what, body, code, says] of wrong) {
    it(`is unusable: ${what}`, () => expectUnusable(() => person(body), code, says));
  }

  for (const status of ODD_STATUSES) {
    it(`is unusable with HTTP ${status}`, () =>
      expectUnusable(() => person(me, status), 'unexpected_status', 'Is the URL right?', status));
  }
  for (const status of REDIRECTS) {
    it(`is a redirect with HTTP ${status}`, () =>
      expectUnusable(() => person(me, status), 'redirected', 'not followed', status));
  }
});
