import { expect } from 'chai';
import fc from 'fast-check';
import { type Came, replyTo } from '../dist/cli/probe/findings.js';
import { profileAdvice, report, stateAdvice } from '../dist/cli/probe/report.js';

const json = (json: unknown): Came => ({ status: 200, headers: { 'content-type': 'text/json' }, json });
const callback = (query: string, headers = {}): Came => ({ query: new URLSearchParams(query), headers });

/** The report's cells for what came back. */
function cells(came: Came[], secrets: string[] = []): string[] {
  const exchanges = came.map((came) => ({ sent: 'sent', came }));
  const text = report({ origin: 'https://a.test', exchanges, secrets, advice: [] }, 'VERSION');
  return Array.from(
    text.matchAll(/^\| sent \| (?!came back)(?:HTTP 200, `text\/json`: )?(.*) \|$/gm),
    ([, cell = '']) => cell,
  );
}

describe("The probe's report", () => {
  it('shows a value by its type and length, and where it is', () => {
    const body = {
      a: null,
      b: '',
      c: 'a1',
      d: '한 글',
      e: '123',
      f: 2 ** 53,
      g: false,
      h: [],
      i: [{ j: {} }],
    };
    expect(cells([json(body), json(null), { status: 204, headers: {}, json: undefined }])).to.deep.equal([
      '`a` null, `b` an empty string, `c` a string of 2 [a-z0-9], `d` a string of 3 characters, `e` a string of 3 ' +
        'digits, `f` a number of 16 digits, not exact in JavaScript, `g` a boolean, `h` an array of 0, `i.0.j` an object of 0',
      'JSON: null',
      'HTTP 204, absent: not JSON in UTF-8',
    ]);
    const deep = JSON.parse(`${'[1,'.repeat(5000)}2${']'.repeat(5000)}`);
    expect(cells([json(deep)])[0]).to.include(`${'1.'.repeat(19)}1\` an array of 2`);
  });

  it('reads JSON in UTF-8 only', async () => {
    const read = (...body: number[]) =>
      replyTo(Promise.resolve({ status: 200, headers: {}, body: Buffer.from(body) } as never));
    expect(await read(0x22, 0xea, 0xb8, 0xb8, 0x22)).to.have.property('json', '길');
    expect(await read(0x22, 0xb1, 0xe6, 0x22)).to.have.property('json', undefined);
  });

  it('shows what explains a failure or is the same for every user', () => {
    const body = { code: 4001, data: { expires_in: 60, msg: 'x' }, errors: [{ title: 'Bad' }] };
    expect(cells([json(body)])[0]).to.equal(
      '`code` number `4001`, `data.expires_in` number `60`, `data.msg` a string of 1 [a-z0-9], `errors.0.title` string `Bad`',
    );
  });

  it('shows a `code` or `error` of a callback only if it is a word: it may be an authorization code', () => {
    expect(cells([callback('code=ERR')])[0]).to.match(/^callback: `code` string `ERR`; /);
    for (const code of ['a1b2c3', 'averylongwordthatisone', '홍길동']) {
      const [cell] = cells([callback(`code=${code}&error=${code}&msg=${code}`)]);
      expect(cell)
        .to.match(/^callback: `code` a string of \d+ /)
        .and.not.include(code);
    }
  });

  it('shows where a callback came from: the origin of its Referer, Sec-Fetch-Site and Sec-Fetch-User', () => {
    const referer = 'https://office.hiworks.com/me?no=1';
    const headers = { referer, 'sec-fetch-site': 'same-site', 'sec-fetch-user': '?1' };
    expect(cells([callback('', headers), callback('', { referer: 'x' })])).to.deep.equal([
      'callback: no parameter; Referer `https://office.hiworks.com`, Sec-Fetch-Site `same-site`, Sec-Fetch-User `?1`',
      'callback: no parameter; Referer absent, Sec-Fetch-Site absent, Sec-Fetch-User absent',
    ]);
  });

  it('marks equal private values, whatever their types', () => {
    expect(cells([json({ user_no: '12', a: 'xy' }), json({ no: 12, a: 'once', b: 'xy' })])).to.deep.equal([
      '`user_no` a string of 2 digits (value 1), `a` a string of 2 [a-z0-9] (value 2)',
      '`no` a number of 2 digits (value 1), `a` a string of 4 [a-z0-9], `b` a string of 2 [a-z0-9] (value 2)',
    ]);
  });

  it('cleans a message: Markdown, e-mail addresses, tokens, numbers, secrets', () => {
    for (const [msg, cleaned] of [
      ['a | `b`\n| c', "a \\| 'b' \\| c"],
      ['\u0000', ' '],
      ['h@a.kr 12345 0123456789abcdef tok-en_of-18_letters1 SomeLongTokenText', '*** *** *** *** ***'],
      ['ERR_1001: invalid_authorization_code', 'ERR_1001: invalid_authorization_code'],
      ['xkeyring a\ud800b', 'x*** ***'],
    ]) {
      expect(cells([json({ msg })], ['key', 'keyring', 'a\ud800b'])[0]).to.equal(
        `\`msg\` string \`${cleaned}\``,
      );
    }
  });

  it('contains nothing private, wherever Hiworks repeats it', () => {
    const secret = fc.oneof(fc.stringMatching(/^zq[가-힣a-f]{2,30}$/), fc.stringMatching(/^[가-힣]{2,4}$/));
    fc.assert(
      fc.property(fc.tuple(secret, secret, secret, secret), fc.nat(3), (values, index) => {
        const [code, token, userNo, name] = values;
        const repeat = values[index] as string;
        const text = cells([
          callback(`auth_code=${code}&${repeat}=1&error=${repeat}&msg=${repeat}`, {
            referer: `http://${repeat}.kr`,
          }),
          json({ code: 'SUC', data: { access_token: token, user_no: userNo, nested: [{ name }] } }),
          json({ code: repeat, msg: `${repeat}님`, message: encodeURIComponent(repeat), [repeat]: 1 }),
          `no response, ${repeat}`,
        ]).join();
        for (const value of values) {
          expect(text).not.to.include(value).and.not.to.include(encodeURIComponent(value));
        }
      }),
    );
  });

  it('advises `state: true` only if every callback returned the `state` as it was sent', () => {
    const advice = (...came: Came[]) => stateAdvice(came.map((came) => ({ sent: '', state: 'a', came })));
    expect(advice(callback('state=a'), callback('state=a'), 'timeout')).to.match(/set `state: true`/);
    for (const queries of [[], [''], ['state=b'], ['state=a&state=a'], ['state=a', '']]) {
      expect(advice(json({}), ...queries.map((query) => callback(query)))).to.match(/keep `state: 'auto'`/);
    }
  });

  it('advises `fetchProfile` only if `user/v2/me` was read', () => {
    expect(profileAdvice(json({ no: 1 }))).to.include('fetchProfile: true');
    for (const came of [undefined, 'timeout', json({ code: 'ERR' }), json(null)]) {
      expect(profileAdvice(came)).to.include('leave out `fetchProfile`');
    }
  });
});
