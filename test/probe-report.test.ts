import { expect } from 'chai';
import fc from 'fast-check';
import type { Findings, Login, Reply, Step } from '../dist/probe/findings.js';
import { asReply } from '../dist/probe/findings.js';
import { report } from '../dist/probe/report.js';
import { rows } from './support/probe.js';

const ok = (json: unknown): Reply => ({ status: 200, type: 'application/json', json });
const tokens = (more: object): Reply =>
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

function answers(replies: Partial<Record<Step, Reply>>, logins: Login[] = [], secrets: string[] = []) {
  const findings: Findings = { elsewhere: undefined, secrets, logins, replies };
  return rows(report(findings, 'made by hand'));
}

/** What the report answers to a question. */
const answer = (question: string, ...found: Parameters<typeof answers>) =>
  answers(...found).get(question)?.[0];

describe('the report of the probe', () => {
  it('says that Hiworks was asked, and by what', () => {
    const text = report({ elsewhere: undefined, secrets: [], logins: [], replies: {} }, 'made by hand');
    expect(text).to.match(/^made by hand; asked: Hiworks\.$/m);
  });

  describe('what `online` answers for the refresh token', () => {
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
        expect(answer(question, { online: tokens({ refresh_token }) })).to.equal(expected);
      });
    }
  });

  describe('numbers', () => {
    it('are told from strings, by length', () => {
      expect(answer('`user_no`', { online: tokens({ user_no: 1234567 }) })).to.equal(
        'a number of 7 characters',
      );
    });

    it('are marked where JSON has rounded them', () => {
      const online = tokens({ user_no: 2 ** 53 });
      expect(answer('`user_no`', { online })).to.equal('a number of 16 characters, not exact in JavaScript');
    });

    it('of the profile and the token are compared, their types too', () => {
      const question = 'Is its `no` the `user_no`?';
      const online = tokens({});
      expect(answer(question, { online, profile: ok({ no: '1234567' }) })).to.equal('yes');
      expect(answer(question, { online, profile: ok({ no: 1234567 }) })).to.equal('yes, as another type');
      expect(answer(question, { offline: online, profile: ok({ no: '1' }) })).to.equal('no');
    });
  });

  describe('`state`', () => {
    const question = 'Is `state` returned?';
    it('may come back changed or twice', () => {
      expect(answer(question, {}, [login('auth_code=1&state=b', { state: 'a' })])).to.equal(
        'yes, but changed',
      );
      expect(answer(question, {}, [login('state=a&state=a', { state: 'a' })])).to.equal('yes, but changed');
    });

    it('is not found out where none was sent, or nothing came back', () => {
      const silent: Login = { name: 'offline', extra: { state: 'a' }, callback: 'skipped' };
      expect(answer(question, {}, [login('auth_code=1'), silent])).to.equal('not found out');
    });

    it('may differ from login to login', () => {
      const refusal: Login = { ...login('error=x', { state: 'a' }), name: 'refusal' };
      expect(answer(question, {}, [refusal, login('state=a', { state: 'a' })])).to.equal(
        'refusal: no; online: yes',
      );
    });
  });

  describe('refreshing', () => {
    const question = 'Does a refresh give a new refresh token?';
    const offline = tokens({ refresh_token: 'r1' });
    const cases: [string, Reply, string][] = [
      ['a new one', tokens({ refresh_token: 'r2' }), 'yes'],
      ['the same one', tokens({ refresh_token: 'r1' }), 'the same one'],
      ['an empty one', tokens({ refresh_token: '' }), 'no: an empty string'],
      ['a refusal', ok({ code: 'ERR', msg: '' }), 'no tokens at all'],
      ['no answer', { failure: 'POST https://…: the connection failed' }, 'not found out'],
    ];
    for (const [name, refresh, expected] of cases) {
      it(`may bring ${name}`, () => {
        expect(answer(question, { offline, refresh })).to.equal(expected);
      });
    }
  });

  describe('the profile', () => {
    const question = 'Does it need the Content-Type?';
    const profile = ok({ no: '1', name: '홍길동' });
    it('may need the Content-Type', () => {
      expect(answer(question, { profile, profileBare: ok({ code: 'ERR' }) })).to.equal('yes');
      expect(answer(question, { profile, profileBare: profile })).to.equal('no');
    });

    it('may come with a code that says SUC', () => {
      const success = ok({ code: 'SUC', no: '1' });
      expect(answer(question, { profile, profileBare: success })).to.equal('no');
    });

    it('does not say so where the second answer is missing', () => {
      expect(answer(question, { profile, profileBare: { failure: 'x' } })).to.equal('not found out');
    });
  });

  describe('an answer', () => {
    const cell = (reply: Reply) => answers({ wrongCode: reply }).get('a made-up code');

    it('may be JSON, but no object', () => {
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
        answers({ online: tokens({ expires_in: 3600 }) }).get('the code of the `online` login')?.[2],
      ).to.contain('`expires_in` number `3600`');
    });

    it('that is no UTF-8 is not JSON', () => {
      const body = Buffer.from('"\xc8\xab"', 'latin1').subarray(0, 2);
      expect(asReply({ request: '', status: 200, headers: {}, body })).to.have.property('json', undefined);
    });
  });

  it('says where a callback carried nothing at all', () => {
    expect(answer('What does a callback carry?', {}, [login('')])).to.equal('no parameter');
  });

  describe('the words of Hiworks', () => {
    const said = (msg: string, secrets: string[] = []) =>
      answers({ wrongCode: ok({ code: 'ERR', msg }) }, [], secrets).get('a made-up code')?.[2];

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
              replies: {
                online: tokens({ access_token: token, refresh_token: refresh, user_no: userNo }),
                profile: ok({ no: userNo, name, nested: [{ name }] }),
                wrongCode: refused,
                codeAgain: { failure: `no answer, ${repeat}` },
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
