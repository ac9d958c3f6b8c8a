import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';

describe('Recipe: back to the page one came from', () => {
  let hiworks;
  let application;
  let browser;

  before(async () => {
    hiworks = await startHiworks();
    application = await startApplication('return-to.mjs', environment(hiworks));
  });
  beforeEach(() => {
    browser = new Browser(application.url);
  });
  after(async () => {
    await application.stop();
    await hiworks.close();
  });

  function linkOn(page) {
    return /href="([^"]+)"/.exec(page.text)[1];
  }

  it('leads from a link in a mail over the login page to the page of the link', async () => {
    const login = await browser.arrive('/inbox?folder=%EA%B3%B5%EC%A7%80', { from: 'cross-site' });
    expect(new URL(login.url).pathname).to.equal('/login');
    const page = await signIn(browser, hiworks, '1234567', linkOn(login));
    expect(page.text).to.equal('공지 편지함');
  });

  it('keeps the pages of two tabs apart if Hiworks returns state', async () => {
    const echoing = await startHiworks({ echoState: true });
    const other = await startApplication('return-to.mjs', environment(echoing));
    const tabs = new Browser(other.url);
    const one = await tabs.open('/auth/hiworks?returnTo=/inbox?folder=1');
    const two = await tabs.open('/auth/hiworks?returnTo=/inbox?folder=2');
    const first = await echoing.signIn(one.location, '1234567');
    const second = await echoing.signIn(two.location, '1234567');
    expect((await tabs.open(second, { from: 'cross-site' })).location).to.equal(
      `${other.url}/inbox?folder=2`,
    );
    // Passport has begun a new session: what was pending in the first tab ends on the login page.
    expect((await tabs.open(first, { from: 'cross-site' })).location).to.include('/login?again=');
    await other.stop();
    await echoing.close();
  });

  it('remembers the page if somebody has signed in with the wrong account first', async () => {
    const login = await signIn(browser, hiworks, '1234569', '/auth/hiworks?returnTo=/inbox');
    expect(login.text).to.include('다시 로그인해 주세요');
    expect((await signIn(browser, hiworks, '1234567', linkOn(login))).url).to.include('/inbox');
  });

  it('asks for one more click if a link elsewhere led to the login itself', async () => {
    const { location } = await browser.open('/auth/hiworks?returnTo=/inbox', { from: 'cross-site' });
    const login = await browser.arrive(await hiworks.signIn(location, '1234567'), { from: 'cross-site' });
    expect(new URL(login.url).pathname).to.equal('/login');
    expect((await signIn(browser, hiworks, '1234567', linkOn(login))).status).to.equal(200);
  });

  it('leads to no other site', async () => {
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example/',
      '\\\\evil.example/',
      '/\t/evil.example/',
      '/.//evil.example/',
      '/..//evil.example/',
      'https:evil.example',
      'javascript:alert(1)',
      'http://localhost:1/',
      `http://evil.example@${new URL(application.url).host}.evil.example/`,
    ]) {
      const start = `/auth/hiworks?${new URLSearchParams({ returnTo })}`;
      const page = await signIn(new Browser(application.url), hiworks, '1234567', start);
      expect(page.url, returnTo).to.equal(`${application.url}/`);
    }
    const repeated = await signIn(
      browser,
      hiworks,
      '1234567',
      '/auth/hiworks?returnTo=/inbox&returnTo=/inbox',
    );
    expect(repeated.url).to.equal(`${application.url}/`);
  });

  it('refuses a POST without a login: a page to go back to would not bring back its body', async () => {
    expect((await browser.open('/inbox', { method: 'POST' })).status).to.equal(401);
  });
});
