import { expect } from 'chai';
import { HiworksAuthorizationError } from 'passport-hiworks';
import { authenticate, errorOf, failureOf, get, type Outcome } from './support/login.js';
import { type RawServer, rawServers, respondWith } from './support/raw-server.js';
import { CODE } from './support/secrets.js';
import { strategyFor } from './support/strategy.js';

describe('A callback', () => {
  const serve = rawServers();
  let hiworks: RawServer;

  beforeEach(async () => {
    hiworks = await serve(respondWith(200, '{"code":"ERR","msg":"made up"}'));
  });

  const arrive = (query: Record<string, unknown>): Promise<Outcome> =>
    authenticate(strategyFor(hiworks.url), get('/auth/hiworks/callback', { query }));

  const bad: [query: Record<string, unknown>, says: string][] = [
    ...[[CODE, CODE], [CODE], { a: CODE }, null, 5, true].map((value): [Record<string, unknown>, string] => [
      { auth_code: value },
      '`auth_code` is repeated or is an object',
    ]),
    ...['', ' ', '\t'].map((value): [Record<string, unknown>, string] => [{ auth_code: value }, 'is empty']),
    [{ auth_code: 'a'.repeat(513) }, 'is longer than 512 characters'],
    ...['\u0000', '\r\n', '\u007f', '\u200b', '\u2028', '\u2029', '\ud800'].map(
      (character): [Record<string, unknown>, string] => [
        { auth_code: `a${character}b` },
        'contains control characters',
      ],
    ),
    [{ auth_code: CODE, state: null }, '`state` is repeated or is an object'],
    ...[['a', 'b'], { a: 'b' }, 7].flatMap((state): [Record<string, unknown>, string][] => [
      [{ auth_code: CODE, state }, '`state` is repeated or is an object'],
      [{ error: 'access_denied', state }, '`state` is repeated or is an object'],
      [{ state }, '`state` is repeated or is an object'],
    ]),
  ];
  for (const [query, says] of bad) {
    it(`the callback ${JSON.stringify(query).slice(0, 60)} fails: bad_callback, 400, and nothing is sent`, async () => {
      const failure = failureOf(await arrive(query));
      expect(failure).to.include({ code: 'bad_callback', status: 400 });
      expect(failure.message).to.include(says);
      expect(hiworks.requests).to.deep.equal([]);
    });
  }

  for (const auth_code of ['a'.repeat(512), 'a b', '코드']) {
    it(`the auth_code ${auth_code.slice(0, 4)} of ${auth_code.length} characters is sent`, async () => {
      expect(errorOf(await arrive({ auth_code })).name).to.equal('HiworksTokenError');
    });
  }

  const refusals: [query: Record<string, unknown>, text: string][] = [
    [{ error: 'access_denied' }, ''],
    [{ error: 'access_denied', error_description: '사용자가 취소했습니다' }, ': 사용자가 취소했습니다'],
    [{ code: 'access_denied', msg: '취소' }, ': 취소'],
  ];
  for (const [query, text] of refusals) {
    it(`the refusal ${JSON.stringify(query)} fails: access_denied, with the text received`, async () => {
      const failure = failureOf(await arrive(query));
      expect(failure).to.include({ code: 'access_denied', status: undefined });
      expect(failure.message?.endsWith(`denied access at Hiworks${text}`)).to.equal(true);
    });
  }

  const errors: [query: Record<string, unknown>, code: string, text: string][] = [
    [{ error: 'server_error', error_description: '점검 중' }, 'server_error', ' (server_error): 점검 중'],
    [{ error: 'busy' }, 'busy', ' (busy)'],
    [{ error: 'busy', code: 'ERR' }, 'busy', ' (busy)'],
    [{ error_description: '설명', msg: '다른 말' }, 'server_error', ': 설명'],
    [{ error_msg: '오류', msg: '다른 말' }, 'server_error', ': 오류'],
    [{ msg: '오류', message: '다른 말' }, 'server_error', ': 오류'],
    [{ message: '오류' }, 'server_error', ': 오류'],
    [{ code: 'ERR', error_description: ' ', msg: '잘못된 요청' }, 'ERR', ' (ERR): 잘못된 요청'],
    [{ code: 'SUC' }, 'SUC', ' (SUC)'],
    [{ error: 'a'.repeat(20) }, 'a'.repeat(20), ` (${'a'.repeat(20)})`],
    [{ error: 'temporarily_unavailable' }, 'temporarily_unavailable', ' (temporarily_unavailable)'],
    [{ error: 'unsupported_response_type' }, 'unsupported_response_type', ' (unsupported_response_type)'],
  ];
  for (const [query, code, text] of errors) {
    it(`the error ${JSON.stringify(query)} is a HiworksAuthorizationError with the text received`, async () => {
      const error = errorOf(await arrive(query));
      expect(error).to.be.instanceOf(HiworksAuthorizationError);
      expect(error).to.include({ code, description: undefined });
      expect(error.message).to.include(`an error${text} (`);
      expect(hiworks.requests).to.deep.equal([]);
    });
  }

  const codeLike = [
    CODE,
    'a'.repeat(21),
    'E-901',
    'ERR1',
    'bad code',
    'bad\u0000code',
    ['access_denied', 'b'],
  ];
  for (const value of codeLike) {
    for (const name of ['code', 'error']) {
      it(`a ${name} that is not a short word may be a code, and is not shown: ${JSON.stringify(value)}`, async () => {
        const error = errorOf(await arrive({ [name]: value, msg: '오류' }));
        expect(error.code).to.equal('server_error');
        expect(error.message).to.include('an error: 오류 (');
      });
    }
  }

  for (const query of [
    { state: 'abc' },
    { error: ['access_denied', 'b'] },
    { msg: '' },
    { code: CODE, result: '1' },
  ]) {
    it(`the callback ${JSON.stringify(query).slice(0, 40)} is an error that lists the names`, async () => {
      const error = errorOf(await arrive(query));
      expect(error).to.include({ code: 'server_error', description: undefined });
      expect(error.message).to.include(
        `neither an auth_code nor an error, but only ${Object.keys(query).join(', ')} (`,
      );
    });
  }

  it('the text of an error is cut to 200 characters, not inside one, and has no control characters', async () => {
    const text = `\u001b[31m${'\u{1F510}'.repeat(500)}\r\nSet-Cookie: a=b`;
    const { message } = errorOf(await arrive({ error: 'busy', error_description: text }));
    const shown = /\(busy\): (.*) \(/.exec(message)?.[1] ?? '';
    expect([...shown]).to.have.lengthOf(200);
    expect(shown)
      .to.match(/\u{1F510}$/u)
      .and.not.to.match(/\p{C}/u);
    const refusal = failureOf(await arrive({ error: 'access_denied', msg: text }));
    expect([...(refusal.message ?? '')].length).to.be.below(300);
  });
});
