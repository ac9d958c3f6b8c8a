import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { withSessions } from './support/variants.mjs';

describe('Recipe: back to the original page', () => {
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

  it('A link in an e-mail leads to its page by way of the login page', async () => {
    const login = await browser.arrive('/inbox?folder=%EA%B3%B5%EC%A7%80', { from: 'cross-site' });
    expect(new URL(login.url).pathname).to.equal('/login');
    const page = await signIn(browser, hiworks, '1234567', linkOn(login));
    expect(page.text).to.include('공지 편지함');
  });

  it('Two tabs keep their own pages if Hiworks returns state', async () => {
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
    // Passport has started a new session, without the first tab's login; but this user is signed in.
    expect((await tabs.open(first, { from: 'cross-site' })).location).to.equal(`${other.url}/`);
    await other.stop();
    await echoing.close();
  });

  it('The page is remembered after a login with the wrong account', async () => {
    const login = await signIn(browser, hiworks, '1234569', '/auth/hiworks?returnTo=/inbox');
    expect(login.text).to.include(visitorMessage('office_not_allowed'));
    expect((await signIn(browser, hiworks, '1234567', linkOn(login))).url).to.include('/inbox');
  });

  it('The page is remembered after the user cancelled at Hiworks', async () => {
    const { location } = await browser.open('/auth/hiworks?returnTo=/inbox?folder=1');
    const login = await browser.arrive(await hiworks.refuse(location), { from: 'cross-site' });
    expect(login.url).to.equal(
      `${application.url}/login?reason=access_denied&returnTo=%2Finbox%3Ffolder%3D1`,
    );
  });

  it('A link elsewhere that leads to the login itself takes one more click', async () => {
    const { location } = await browser.open('/auth/hiworks?returnTo=/inbox', { from: 'cross-site' });
    const login = await browser.arrive(await hiworks.signIn(location, '1234567'), { from: 'cross-site' });
    expect(new URL(login.url).pathname).to.equal('/login');
    expect((await signIn(browser, hiworks, '1234567', linkOn(login))).status).to.equal(200);
  });

  it('No return path leads to another site', async () => {
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
      '/\n/evil.example/',
      ' //evil.example/',
      '/\t\\evil.example/',
      'https:\\\\evil.example',
      '%2F%2Fevil.example/', // a path of this application, relative to /
      '//evil.example/%2e%2e',
      'data:text/html,x',
      `/${'가'.repeat(60)}`, // 541 characters
      'http://localhost:1/',
      `http://evil.example@${new URL(application.url).host}.evil.example/`,
    ]) {
      const start = `/auth/hiworks?${new URLSearchParams({ returnTo })}`;
      const page = await signIn(new Browser(application.url), hiworks, '1234567', start);
      expect(new URL(page.url).origin, returnTo).to.equal(application.url);
      expect(page.url, returnTo).to.match(/^[^?]*\/(%2F%2Fevil\.example\/)?$/);
    }
    const repeated = await signIn(
      browser,
      hiworks,
      '1234567',
      '/auth/hiworks?returnTo=/inbox&returnTo=/inbox',
    );
    expect(repeated.url).to.equal(`${application.url}/`);
  });

  it('A return path of 500 characters is kept, and a longer one is not', async () => {
    const paths = [`/inbox?folder=${'a'.repeat(486)}`, `/inbox?folder=${'a'.repeat(487)}`];
    const arrived = [];
    for (const path of paths) {
      const login = await browser.arrive(path);
      arrived.push((await signIn(browser, hiworks, '1234567', linkOn(login))).url);
      browser.cookies.clear();
    }
    expect(arrived).to.deep.equal([application.url + paths[0], `${application.url}/`]);
  });

  it('A cookie session stays below 4 KB after twelve starts with Korean return paths', async () => {
    const small = await startApplication(
      withSessions('cookie-session', 'return-to.mjs'),
      environment(hiworks),
    );
    const visitor = new Browser(small.url);
    for (let start = 0; start < 12; start++) {
      const path = `/inbox?folder=${encodeURIComponent('공지사항'.repeat(12))}${start}`;
      expect(
        (await visitor.open(`/auth/hiworks?${new URLSearchParams({ returnTo: path })}`)).status,
      ).to.equal(302);
    }
    const size = [...visitor.cookies].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    expect(size).to.be.below(4000);
    hiworks.register(`${small.url}/auth/hiworks/callback`);
    expect((await signIn(visitor, hiworks, '1234567', '/auth/hiworks?returnTo=/inbox')).url).to.include(
      '/inbox',
    );
    await small.stop();
    hiworks.register(`${application.url}/auth/hiworks/callback`);
  });

  it('A return path is escaped on the login page', async () => {
    const { text } = await browser.open(
      `/login?returnTo=${encodeURIComponent('/"><script>alert(1)</script>')}`,
    );
    expect(text).not.to.include('<script>');
  });

  it('A POST without a login is refused: its body would be lost', async () => {
    expect((await browser.open('/inbox', { method: 'POST' })).status).to.equal(401);
  });

  it('A user who is signed in goes on when a callback with a return path is used again', async () => {
    const { location } = await browser.open('/auth/hiworks?returnTo=/inbox');
    const callback = await hiworks.signIn(location, '1234567');
    await browser.arrive(callback, { from: 'cross-site' });
    expect((await browser.arrive(callback, { from: 'cross-site' })).url).to.equal(`${application.url}/`);
  });
});
