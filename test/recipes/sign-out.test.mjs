import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';

describe('Recipe: sign out, and sign in with another account', () => {
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

  it('ends the session, cookie and all', async () => {
    expect((await signIn(browser, hiworks, '1234567')).text).to.include('홍길동 님');
    const kept = new Map(browser.cookies);
    const page = await browser.arrive('/logout', { method: 'POST' });
    expect(page.text).to.include('하이웍스에는 아직 로그인되어 있을 수 있습니다');
    expect(browser.cookies).to.have.property('size', 0);
    browser.cookies = kept;
    expect((await browser.open('/')).text).not.to.include('홍길동');
  });

  it('does not sign anybody out by a link', async () => {
    await signIn(browser, hiworks, '1234567');
    expect((await browser.open('/logout', { from: 'cross-site' })).status).to.equal(404);
    expect((await browser.open('/')).text).to.include('홍길동');
  });

  it('offers the login, and never begins it by itself', async () => {
    await signIn(browser, hiworks, '1234567');
    await browser.arrive('/logout', { method: 'POST' });
    const requests = hiworks.requests.length;
    expect((await browser.arrive('/')).text).to.include('href="/auth/hiworks"');
    expect(hiworks.requests).to.have.length(requests);
  });

  it("tells another company's account how to change it, after which the login works", async () => {
    const page = await signIn(browser, hiworks, '1234569');
    expect(page.status).to.equal(403);
    expect(page.text).to.include('다른 회사 계정입니다').and.to.include('시크릿 창');
    expect((await signIn(browser, hiworks, '1234567')).text).to.include('홍길동');
  });

  it('is needed since Hiworks may sign the same account in again without a word', async () => {
    const remembering = await startHiworks({ signInAs: '1234567' });
    const other = await startApplication('sign-out.mjs', environment(remembering));
    const visitor = new Browser(other.url);
    for (const _ of [1, 2]) {
      // Nobody chooses an account: the fake Hiworks redirects at once.
      expect((await signIn(visitor, remembering, '1234567')).text).to.include('홍길동');
      await visitor.arrive('/logout', { method: 'POST' });
    }
    await other.stop();
    await remembering.close();
  });
});
