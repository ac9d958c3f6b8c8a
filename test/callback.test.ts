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

  async function expectBad(query: Record<string, unknown>, why: string): Promise<void> {
    expect(failureOf(await arrive(query)), JSON.stringify(query)).to.deep.equal({
      message: `Hiworks login failed: ${why}`,
      code: 'bad_callback',
      status: 400,
    });
    expect(hiworks.requests, 'requests to Hiworks').to.deep.equal([]);
  }

  it('with anything but one sane auth_code is refused with 400, and nothing is sent to Hiworks', async () => {
    for (const value of [[CODE, CODE], [CODE], { a: CODE }, null, 5, true]) {
      await expectBad(
        { auth_code: value },
        "the callback's `auth_code` came more than once, or as an object",
      );
    }
    for (const value of ['', ' ', '\t']) {
      await expectBad({ auth_code: value }, "the callback's `auth_code` is empty");
    }
    await expectBad(
      { auth_code: 'a'.repeat(513) },
      "the callback's `auth_code` is longer than 512 characters",
    );
    for (const character of ['\u0000', '\r\n', '\u007f', '\u200b', '\u2028', '\u2029', '\ud800']) {
      await expectBad(
        { auth_code: `a${character}b` },
        "the callback's `auth_code` contains control characters",
      );
    }
  });

  it('with an auth_code of as much as 512 characters goes on', async () => {
    for (const auth_code of ['a'.repeat(512), 'a b', '코드']) {
      expect(errorOf(await arrive({ auth_code })).name).to.equal('HiworksTokenError');
    }
  });

  it('whose state is not a string is refused with 400, beside a code and alone', async () => {
    const why = "the callback's `state` came more than once, or as an object";
    await expectBad({ auth_code: CODE, state: null }, why);
    for (const state of [['a', 'b'], { a: 'b' }, 7]) {
      await expectBad({ auth_code: CODE, state }, why);
      await expectBad({ error: 'access_denied', state }, why);
      await expectBad({ state }, why);
    }
  });

  it('of a person who refused is a failure, in the words that came', async () => {
    const refused = 'Hiworks login failed: the person refused at Hiworks (access_denied)';
    const cases: [Record<string, unknown>, string][] = [
      [{ error: 'access_denied' }, refused],
      [
        { error: 'access_denied', error_description: '사용자가 취소했습니다' },
        `${refused}: 사용자가 취소했습니다`,
      ],
      [{ code: 'access_denied', msg: '취소' }, `${refused}: 취소`],
    ];
    for (const [query, message] of cases) {
      expect(failureOf(await arrive(query))).to.deep.equal({
        message,
        code: 'access_denied',
        status: undefined,
      });
    }
  });

  it('with any other error is a HiworksAuthorizationError that says in one sentence what came', async () => {
    const cases: [Record<string, unknown>, string, string, string?][] = [
      [
        { error: 'server_error', error_description: '점검 중' },
        'server_error',
        ' (server_error): 점검 중',
        '점검 중',
      ],
      [{ error: 'busy' }, 'busy', ' (busy)'],
      [{ error: 'busy', code: 'ERR' }, 'busy', ' (busy)'],
      [{ error_description: '설명', msg: '다른 말' }, 'server_error', ': 설명', '설명'],
      [{ error_msg: '오류', msg: '다른 말' }, 'server_error', ': 오류', '오류'],
      [{ msg: '오류', message: '다른 말' }, 'server_error', ': 오류', '오류'],
      [{ message: '오류' }, 'server_error', ': 오류', '오류'],
      [
        { code: 'ERR', error_description: ' ', msg: '잘못된 요청' },
        'ERR',
        ' (ERR): 잘못된 요청',
        '잘못된 요청',
      ],
      [{ code: 'SUC' }, 'SUC', ' (SUC)'],
    ];
    for (const [query, code, words, description] of cases) {
      const error = errorOf(await arrive(query));
      expect(error).to.be.instanceOf(HiworksAuthorizationError);
      expect(error).to.include({ code, description, message: `Hiworks' callback carried an error${words}` });
    }
    for (const query of [{ state: 'abc' }, { error: ['access_denied', 'b'] }, { msg: '' }]) {
      const message = "Hiworks' callback carried neither an auth_code nor an error";
      expect(errorOf(await arrive(query))).to.include({
        code: 'server_error',
        message,
        description: undefined,
      });
    }
    expect(hiworks.requests).to.deep.equal([]);
  });

  it("shows a stranger's words in 200 characters without control characters, not cut inside one", async () => {
    const words = `\u001b[31m${'\u{1F510}'.repeat(500)}\r\nSet-Cookie: a=b`;
    const error = errorOf(await arrive({ error: 'bad\u0000code', error_description: words }));
    expect(error.code).to.equal('bad code');
    for (const shown of [error.message, (error as { description?: string }).description as string]) {
      expect([...shown]).to.have.lengthOf(200);
      expect(shown)
        .to.match(/\u{1F510}$/u)
        .and.not.to.match(/\p{C}/u);
    }
    const many = await arrive({ error: 'access_denied', msg: words });
    expect([...(failureOf(many).message ?? '')].length).to.be.below(300);
  });
});
