import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';

const CALLBACK = '/auth/hiworks/callback';

describe('Recipe: when a login fails', () => {
  let hiworks;
  let application;
  let browser;

  before(async () => {
    hiworks = await startHiworks();
    application = await startApplication('sign-out.mjs', environment(hiworks));
  });
  beforeEach(() => {
    browser = new Browser(application.url);
  });
  after(async () => {
    await application.stop();
    await hiworks.close();
  });

  /** How each of the failures comes about. */
  const failures = {
    access_denied: async () => {
      const { location } = await browser.open('/auth/hiworks');
      return browser.arrive(await hiworks.refuse(location), { from: 'cross-site' });
    },
    office_not_allowed: () => signIn(browser, hiworks, '1234569'),
    no_pending_login: () => browser.arrive(`${CALLBACK}?auth_code=abc`, { from: 'cross-site' }),
    state_mismatch: () => browser.arrive(`${CALLBACK}?auth_code=abc&state=never-sent`),
    begun_elsewhere: async () => {
      const { location } = await browser.open('/auth/hiworks', { from: 'cross-site' });
      return browser.arrive(await hiworks.signIn(location, '1234567'), { from: 'cross-site' });
    },
    bad_callback: () => browser.arrive(`${CALLBACK}?auth_code=abc&auth_code=def`),
    not_a_navigation: () =>
      browser
        .open('/auth/hiworks', { headers: { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' } })
        .then(({ location }) => browser.arrive(location)),
  };

  for (const [code, cause] of Object.entries(failures)) {
    it(`The login page explains ${code}, without the callback's parameters in its address`, async () => {
      const { url, status, text } = await cause();
      expect([status, url]).to.deep.equal([200, `${application.url}/login?reason=${code}`]);
      expect(text).to.include(`<p>${visitorMessage(code)}</p>`);
      expect(text).to.include('<a href="/auth/hiworks">하이웍스로 로그인</a>');
    });
  }

  it('A HEAD request uses no code', async () => {
    const { location } = await browser.open(`${CALLBACK}?auth_code=abc`, { method: 'HEAD' });
    expect(location).to.equal(`${application.url}/login?reason=wrong_method`);
  });

  it('A prefetch gets a 503: a redirect would be shown when the link is clicked', async () => {
    const { status } = await browser.open('/auth/hiworks', { headers: { 'sec-purpose': 'prefetch' } });
    expect(status).to.equal(503);
  });

  const errors = {
    ERR: { code: 'ERR', msg: '<b>만료된 코드</b>' },
    connection_failed: 'reset',
    too_large: { body: 'x'.repeat(70_000) },
    redirected: { status: 302, body: '', headers: { location: 'https://example.com/' } },
    unexpected_status: { status: 500, body: '{}' },
    not_json: { body: '<html>점검 중</html>' },
    wrong_shape: { body: '{"code":"SUC","data":null}' },
  };

  for (const [code, failure] of Object.entries(errors)) {
    it(`The login page explains the error ${code}`, async () => {
      hiworks.fail('token', failure);
      const { url, text } = await signIn(browser, hiworks, '1234567');
      expect(url).to.equal(`${application.url}/login?reason=${code}`);
      expect(text).to.include(`<p>${visitorMessage(code)}</p>`);
    });
  }

  it('A refusal with an unknown code is explained, and the code is not in the address', async () => {
    hiworks.fail('token', { code: 'E-9&x=<script>', msg: '거부' });
    const { url, text } = await signIn(browser, hiworks, '1234567');
    expect(url).to.equal(`${application.url}/login?reason=ERR`);
    expect(text).to.include(visitorMessage('ERR'));
  });

  it('The log has the reason and what Hiworks sent, and the page has neither', async () => {
    hiworks.fail('token', { code: 'ERR', msg: '만료된 코드입니다' });
    expect((await signIn(browser, hiworks, '1234567')).text).not.to.include('만료된 코드입니다');
    await application.writes('만료된 코드입니다');
    await signIn(browser, hiworks, '1234569');
    await application.writes('456456');
    expect(application.output()).not.to.match(/auth_code=\w|not-a-secret/);
  });

  it('Any reason in a link is explained, and none of its text is shown', async () => {
    for (const reason of ['constructor', '__proto__', '<script>', 'a&reason=b', '%00', 'x'.repeat(5000)]) {
      const { status, text } = await browser.open(`/login?reason=${encodeURIComponent(reason)}`);
      expect([status, text.includes(visitorMessage(undefined))], reason).to.deep.equal([200, true]);
    }
    expect((await browser.open('/login?reason=a&reason=b')).text).to.include(visitorMessage(undefined));
  });

  it('A user who is signed in goes on when a callback is used again', async () => {
    const { location } = await browser.open('/auth/hiworks');
    const callback = await hiworks.signIn(location, '1234567');
    await browser.arrive(callback, { from: 'cross-site' });
    const again = await browser.arrive(callback, { from: 'cross-site' });
    expect(again.url).to.equal(`${application.url}/`);
    expect(again.text).to.include('홍길동 님');
  });

  it('An error of the application itself is a 500, with its reason in the log', async () => {
    const own = await startHiworks();
    const broken = await startApplication('users-table.mjs', {
      ...environment(own),
      DATABASE_URL: 'postgresql://localhost:1/none',
    });
    const { status, text } = await signIn(new Browser(broken.url), own, '1234567');
    expect(status).to.equal(500);
    expect(text).to.include('오류가 발생했습니다').and.not.to.include('ECONNREFUSED');
    await broken.writes('ECONNREFUSED');
    await broken.stop();
    await own.close();
  });
});
