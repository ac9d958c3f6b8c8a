import { expect } from 'chai';
import fc from 'fast-check';
import type { Findings, Login, Result, Step } from '../dist/cli/probe/findings.js';

import { report } from '../dist/cli/probe/report.js';
import { rows } from './support/cli.js';

const ok = (json: unknown): Result => ({ status: 200, type: 'application/json', json });
const tokens = (more: object): Result =>
  ok({
    code: 'SUC',
    msg: '',
    data: { access_token: 'a1', office_no: '123123', user_no: '1234567', ...more },
  });
const login = (query: string, extra: Record<string, string> = {}): Login => ({
  name: 'online',
  extra,
  callback: new URLSearchParams(query),
});

function reported(results: Partial<Record<Step, Result>>, logins: Login[] = [], secrets: string[] = []) {
  const findings: Findings = { elsewhere: undefined, secrets, logins, results };
  return rows(report(findings, 'made by hand'));
}

/** What the report replies to a question. */
const reply = (question: string, ...found: Parameters<typeof reported>) =>
  reported(...found).get(question)?.[0];

describe('the report of the probe', () => {
  it('says where the requests went, and what sent them', () => {
    const text = report({ elsewhere: undefined, secrets: [], logins: [], results: {} }, 'made by hand');
    expect(text).to.match(/^made by hand; requests went to Hiworks\.$/m);
  });

  describe('what `online` gives for the refresh token', () => {
    const question = 'Is there a `refresh_token`?';
    const cases: [unknown, string][] = [
      [undefined, 'absent'],
      [null, 'null'],
      ['', 'an empty string'],
      ['0123456789abcdef0123456789abcdef', 'a string of 32 characters [a-z0-9]'],
      ['Zm9v-_YmFy=', 'a string of 11 characters [A-Za-z0-9._~+/=-]'],
      ['한 글', 'a string of 3 characters'],
      [false, 'a boolean'],
      [[], 'an array of 0'],
      [{ token: 'x' }, 'an object of 1 keys'],
    ];
    for (const [refresh_token, expected] of cases) {
      it(`is ${expected}`, () => {
        expect(reply(question, { online: tokens({ refresh_token }) })).to.equal(expected);
      });
    }
  });

  describe('numbers', () => {
    it('are told from strings, by length', () => {
      expect(reply('`user_no`', { online: tokens({ user_no: 1234567 }) })).to.equal(
        'a number of 7 characters',
      );
    });

    it('are marked if JSON has rounded them', () => {
      const online = tokens({ user_no: 2 ** 53 });
      expect(reply('`user_no`', { online })).to.equal('a number of 16 characters, not exact in JavaScript');
    });

    it('of the profile and the token are compared, their types too', () => {
      const question = 'Is its `no` the `user_no`?';
      const online = tokens({});
      expect(reply(question, { online, profile: ok({ no: '1234567' }) })).to.equal('yes');
      expect(reply(question, { online, profile: ok({ no: 1234567 }) })).to.equal('yes, as another type');
      expect(reply(question, { offline: online, profile: ok({ no: '1' }) })).to.equal('no');
    });
  });

  describe('`state`', () => {
    const question = 'Is `state` returned?';
    it('may come back changed or twice', () => {
      expect(reply(question, {}, [login('auth_code=1&state=b', { state: 'a' })])).to.equal(
        'yes, but changed',
      );
      expect(reply(question, {}, [login('state=a&state=a', { state: 'a' })])).to.equal('yes, but changed');
    });

    it('is not found out if none was sent, or nothing came back', () => {
      const silent: Login = { name: 'offline', extra: { state: 'a' }, callback: 'skipped' };
      expect(reply(question, {}, [login('auth_code=1'), silent])).to.equal('not found out');
    });

    it('may differ from login to login', () => {
      const refusal: Login = { ...login('error=x', { state: 'a' }), name: 'refusal' };
      expect(reply(question, {}, [refusal, login('state=a', { state: 'a' })])).to.equal(
        'refusal: no; online: yes',
      );
    });
  });

  describe('refreshing', () => {
    const question = 'Does a refresh give a new refresh token?';
    const offline = tokens({ refresh_token: 'r1' });
    const cases: [string, Result, string][] = [
      ['a new one', tokens({ refresh_token: 'r2' }), 'yes'],
      ['the same one', tokens({ refresh_token: 'r1' }), 'the same one'],
      ['an empty one', tokens({ refresh_token: '' }), 'no: an empty string'],
      ['a refusal', ok({ code: 'ERR', msg: '' }), 'no tokens at all'],
      ['no response', { failure: 'POST https://…: the connection failed' }, 'not found out'],
    ];
    for (const [name, refresh, expected] of cases) {
      it(`may bring ${name}`, () => {
        expect(reply(question, { offline, refresh })).to.equal(expected);
      });
    }
  });

  describe('the profile', () => {
    const question = 'Does it need the Content-Type?';
    const profile = ok({ no: '1', name: '홍길동' });
    it('may need the Content-Type', () => {
      expect(reply(question, { profile, profileBare: ok({ code: 'ERR' }) })).to.equal('yes');
      expect(reply(question, { profile, profileBare: profile })).to.equal('no');
    });

    it('may come with a code that says SUC', () => {
      const success = ok({ code: 'SUC', no: '1' });
      expect(reply(question, { profile, profileBare: success })).to.equal('no');
    });

    it('does not say so if the second response is missing', () => {
      expect(reply(question, { profile, profileBare: { failure: 'x' } })).to.equal('not found out');
    });
  });

  describe('a response', () => {
    const cell = (reply: Result) => reported({ wrongCode: reply }).get('a made-up code');

    it('may be JSON, but not an object', () => {
      expect(cell(ok(null))?.[2]).to.equal('JSON: null');
      expect(cell(ok([1]))?.[2]).to.equal('JSON: an array of 1');
    });

    it('may have no content type', () => {
      expect(cell({ status: 204, type: undefined, json: undefined })).to.deep.equal([
        '204',
        'absent',
        'not JSON',
      ]);
    });

    it('may have a number for a code, and anything as data', () => {
      expect(cell(ok({ code: 4001, data: { reason: '홍길동' } }))?.[2]).to.equal(
        '`code` number `4001`, `data` an object of 1 keys; in `data`: `reason` a string of 3 characters',
      );
    });

    it("shows what RFC 6749 puts beside a token, since that is nobody's", () => {
      expect(
        reported({ online: tokens({ expires_in: 3600 }) }).get('the code of the `online` login')?.[2],
      ).to.contain('`expires_in` number `3600`');
    });

    it('is shown with the keys of the objects in it, wherever they stand', () => {
      expect(
        cell(ok({ data: { type: 'x', attributes: { 'user-no': '1234567', list: [{}] } } }))?.[2],
      ).to.equal(
        '`data` an object of 2 keys; in `data`: `type` a string of 1 characters [a-z0-9], `attributes` an object of 2 ' +
          'keys; in `data.attributes`: `user-no` a string of 7 digits, `list` an array of 1',
      );
    });
  });

  it('says if a callback carried nothing at all', () => {
    expect(reply('What does a callback carry?', {}, [login('')])).to.equal('no parameter');
  });

  it('shows a `code` of a callback only if it is a word: it may be an authorization code', () => {
    const question = 'What does a callback carry?';
    expect(reply(question, {}, [login('code=ERR')])).to.equal('`code` string `ERR`');
    for (const code of ['a1b2c3', 'averylongwordthatisone', '홍길동']) {
      expect(reply(question, {}, [login(`code=${code}&msg=${code}`)]))
        .to.match(/^`code` a string of \d+ /)
        .and.not.include(code);
    }
  });

  describe('the words of Hiworks', () => {
    const said = (msg: string, secrets: string[] = []) =>
      reported({ wrongCode: ok({ code: 'ERR', msg }) }, [], secrets).get('a made-up code')?.[2];

    it('cannot break out of the table or the code', () => {
      expect(said('a | `b`\n| c')).to.equal("`code` string `ERR`, `msg` string `a \\| 'b' \\| c`");
    });

    it('may be nothing but what cannot be printed', () => {
      expect(said('\u0000')).to.equal('`code` string `ERR`, `msg` string ` `');
    });

    it('lose addresses, and what looks like a token or the number of a person', () => {
      expect(
        said('hong@example.com 12345 0123456789abcdef tok-en_of-18_letters1 SomeLongTokenText'),
      ).to.equal('`code` string `ERR`, `msg` string `*** *** *** *** ***`');
      expect(said('ERR_1001: invalid_authorization_code')).to.contain(
        '`ERR_1001: invalid_authorization_code`',
      );
    });

    it('lose a name that is no well-formed text', () => {
      expect(said('a\ud800b', ['a\ud800b'])).to.contain('`msg` string `***`');
    });

    it('lose a short secret inside a long one, too', () => {
      expect(said('xkeyring', ['key', 'keyring'])).to.contain('`x***`');
    });
  });

  it('holds nothing private, wherever Hiworks repeats it', () => {
    const secret = fc.oneof(fc.stringMatching(/^zq[가-힣a-f]{2,30}$/), fc.stringMatching(/^[가-힣]{2,4}$/));
    const found = fc.record({ code: secret, token: secret, refresh: secret, userNo: secret, name: secret });
    fc.assert(
      fc.property(
        found,
        fc.constantFrom('code', 'token', 'refresh', 'userNo', 'name'),
        (values, repeated) => {
          const { code, token, refresh, userNo, name } = values;
          const repeat = values[repeated as keyof typeof values];
          const refused = ok({
            code: repeat,
            msg: `${repeat}님`,
            message: encodeURIComponent(repeat),
            [repeat]: 1,
          });
          const text = report(
            {
              elsewhere: undefined,
              secrets: [],
              logins: [login(`auth_code=${code}&${repeat}=1&error_description=${repeat}`)],
              results: {
                online: tokens({ access_token: token, refresh_token: refresh, user_no: userNo }),
                profile: ok({ no: userNo, name, nested: [{ name }] }),
                wrongCode: refused,
                codeAgain: { failure: `no response, ${repeat}` },
              },
            },
            'made by hand',
          );
          for (const value of Object.values(values)) {
            expect(text).not.to.contain(value).and.not.to.contain(encodeURIComponent(value));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
