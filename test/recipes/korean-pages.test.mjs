import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const build = fileURLToPath(new URL('build/', import.meta.url));
const CALLBACK = '/auth/hiworks/callback';

describe('Recipe: a Korean page for whatever stops a login', () => {
  let reasons;
  let hiworks;
  let application;

  before(async () => {
    reasons = await import('./build/reasons.mjs');
    hiworks = await startHiworks();
    application = await startApplication('korean-pages.mjs', environment(hiworks));
  });
  after(async () => {
    await application.stop();
    await hiworks.close();
  });

  it('knows every code that the package has, and no others', async () => {
    mkdirSync(build, { recursive: true });
    writeFileSync(
      `${build}/complete.mts`,
      `import type { HiworksFailure, HiworksTransportError } from 'passport-hiworks';
import { failures, transportErrors } from './reasons.mjs';
type Same<A, B> = [A, B] extends [B, A] ? true : false;
export const checks: [
  Same<keyof typeof failures, HiworksFailure['code']>,
  Same<keyof typeof transportErrors, HiworksTransportError['code']>,
] = [true, true];
`,
    );
    const options =
      '--ignoreConfig --allowJs --noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node';
    const { stdout } = await run(
      process.execPath,
      ['node_modules/typescript/bin/tsc', ...options.split(' '), `${build}/complete.mts`],
      { cwd: root },
    ).catch((error) => error);
    expect(stdout).to.equal('');
  });

  it('lets employees in', async () => {
    expect((await signIn(new Browser(application.url), hiworks, '1234567')).text).to.equal('홍길동');
  });

  /** How each of the failures comes about. */
  const failures = {
    access_denied: async (browser) => {
      const { location } = await browser.open('/auth/hiworks');
      return browser.open(await hiworks.refuse(location), { from: 'cross-site' });
    },
    office_not_allowed: (browser) => signIn(browser, hiworks, '1234569'),
    no_pending_login: (browser) =>
      signIn(browser, hiworks, '1234567').then((page) => forgetCookies(browser, page)),
    state_mismatch: (browser) => browser.open(`${CALLBACK}?auth_code=abc&state=never-sent`),
    begun_elsewhere: async (browser) => {
      const { location } = await browser.open('/auth/hiworks', { from: 'cross-site' });
      return browser.open(await hiworks.signIn(location, '1234567'), { from: 'cross-site' });
    },
    bad_callback: (browser) => browser.open(`${CALLBACK}?auth_code=abc&auth_code=def`),
    wrong_method: (browser) => browser.open(`${CALLBACK}?auth_code=abc`, { method: 'HEAD' }),
    not_a_navigation: (browser) =>
      browser.open('/auth/hiworks', { headers: { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' } }),
    prefetch: (browser) => browser.open('/auth/hiworks', { headers: { 'sec-purpose': 'prefetch' } }),
  };
  const statuses = {
    access_denied: 403,
    bad_callback: 400,
    wrong_method: 405,
    not_a_navigation: 401,
    prefetch: 503,
  };

  async function forgetCookies(browser) {
    browser.cookies.clear();
    return browser.open(`${CALLBACK}?auth_code=abc`, { from: 'cross-site' });
  }

  for (const [code, cause] of Object.entries(failures)) {
    it(`explains ${code}`, async () => {
      const page = await cause(new Browser(application.url));
      expect(page.status).to.equal(statuses[code] ?? 403);
      if (code !== 'wrong_method') {
        const [title, advice] = reasons.failures[code];
        expect(page.text).to.include(`<h1>${title}</h1><p>${advice}</p>`);
      }
    });
  }

  const errors = {
    ERR: {
      failure: { code: 'ERR', msg: '<b>만료된 코드</b>' },
      status: 401,
      title: '하이웍스가 로그인을 거부했습니다',
    },
    connection_failed: { failure: 'reset', status: 502 },
    too_large: { failure: { body: 'x'.repeat(70_000) }, status: 502 },
    redirected: {
      failure: { status: 302, body: '', headers: { location: 'https://example.com/' } },
      status: 502,
    },
    unexpected_status: { failure: { status: 500, body: '{}' }, status: 502 },
    not_json: { failure: { body: '<html>점검 중</html>' }, status: 502 },
    wrong_shape: { failure: { body: '{"code":"SUC","data":null}' }, status: 502 },
  };

  for (const [code, { failure, status, title }] of Object.entries(errors)) {
    it(`explains the error ${code}`, async () => {
      hiworks.fail('token', failure);
      const page = await signIn(new Browser(application.url), hiworks, '1234567');
      expect(page.status).to.equal(status);
      expect(page.text).to.include(`<h1>${title ?? reasons.transportErrors[code][0]}</h1>`);
    });
  }

  it('shows what Hiworks says, as text, and no message that is for the log', async () => {
    hiworks.fail('token', errors.ERR.failure);
    const page = await signIn(new Browser(application.url), hiworks, '1234567');
    expect(page.text).to.include('<p>하이웍스 안내: &#60;b&#62;만료된 코드&#60;/b&#62;</p>');
    expect(page.text).not.to.include('accesstoken');
    await application.writes('만료된 코드');
  });

  it('explains a refused profile and an error in the callback', async () => {
    hiworks.fail('profile', { code: 'ERR', message: '권한이 없습니다' });
    const profile = await signIn(new Browser(application.url), hiworks, '1234567');
    expect([profile.status, profile.text]).to.satisfy(
      ([status, text]) => status === 502 && text.includes('<h1>사용자 정보를'),
    );

    hiworks.fail('authorization', { query: { error: 'server_error' } });
    const callback = await signIn(new Browser(application.url), hiworks, '1234567');
    expect(callback.text).to.include('<h1>하이웍스에서 로그인을 마치지 못했습니다</h1>');
  });

  it('has words for what the package does not know, and for what takes long to bring about', async () => {
    const [title] = reasons.reasonFor(new Error('proxy.example: password'));
    expect(title).to.equal('로그인하지 못했습니다');
    expect(reasons.reasonFor({ code: 'constructor' })[0]).to.equal(title);
    expect(reasons.reasonFor(undefined)[0]).to.equal(title);
    const { HiworksTransportError } = await import('passport-hiworks');
    for (const code of ['timeout', 'busy']) {
      expect(reasons.reasonFor(new HiworksTransportError('-', code))).to.equal(reasons.transportErrors[code]);
    }
  });
});
