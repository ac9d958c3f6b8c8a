import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { Browser, signIn } from './support/browser.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { SESSIONS, withSessions } from './support/variants.mjs';

for (const sessions of SESSIONS) {
  describe(`Recipe: sign out, and sign in with another account, with ${sessions}`, () => {
    let hiworks;
    let application;
    let browser;

    before(async () => {
      hiworks = await startHiworks();
      application = await startApplication(withSessions(sessions, 'sign-out.mjs'), environment(hiworks));
    });
    beforeEach(() => {
      browser = new Browser(application.url);
    });
    after(async () => {
      await application.stop();
      await hiworks.close();
    });

    it('Signing out ends the session, and the page warns that Hiworks may not have signed out', async () => {
      await signIn(browser, hiworks, '1234567');
      const { url, text } = await browser.arrive('/logout', { method: 'POST' });
      expect(url).to.equal(`${application.url}/signed-out`);
      expect(text).to.include('공용 PC라면 하이웍스에서도 로그아웃해 주세요.');
      expect((await browser.arrive('/')).text).not.to.include('홍길동');
    });

    it('No cache may keep the page of a signed-in user', async () => {
      const { headers } = await signIn(browser, hiworks, '1234567');
      expect(headers['cache-control']).to.equal('no-store');
    });

    it('A link signs no user out', async () => {
      await signIn(browser, hiworks, '1234567');
      expect((await browser.open('/logout', { from: 'cross-site' })).status).to.equal(404);
      expect((await browser.open('/')).text).to.include('홍길동');
    });

    it('The pages offer the login, and never start it by themselves', async () => {
      await signIn(browser, hiworks, '1234567');
      await browser.arrive('/logout', { method: 'POST' });
      const requests = hiworks.requests.length;
      expect((await browser.arrive('/')).text).to.include('href="/auth/hiworks"');
      expect(hiworks.requests).to.have.length(requests);
    });

    it('A user of another company learns how to change the account, by a link that works in a private window', async () => {
      const { text } = await signIn(browser, hiworks, '1234569');
      expect(text).to.include('다른 계정으로 로그인하려면');
      const [, link] = /시크릿 창에서 <a href="([^"]+)">/.exec(text);
      const privateWindow = new Browser(application.url);
      expect((await privateWindow.arrive(link, { from: 'none' })).text).to.include('href="/auth/hiworks"');
      expect((await signIn(privateWindow, hiworks, '1234567')).text).to.include('홍길동 님');
      expect((await signIn(browser, hiworks, '1234567')).text).to.include('홍길동 님');
    });

    it('A forged callback does not change who is signed in, even after an abandoned or a foreign start', async () => {
      const attacker = new Browser(application.url);
      const forged = async () => hiworks.signIn((await attacker.open('/auth/hiworks')).location, '1234568');
      await browser.open('/auth/hiworks'); // and back, and clicked again
      await signIn(browser, hiworks, '1234567');
      expect((await browser.arrive(await forged(), { from: 'cross-site' })).text).to.include('홍길동 님');

      await browser.open('/auth/hiworks', { from: 'cross-site' });
      expect((await browser.arrive(await forged(), { from: 'cross-site' })).text).to.include('홍길동 님');
      const visitor = new Browser(application.url);
      const { url } = await visitor.arrive(await forged(), { from: 'cross-site' });
      expect(url).to.equal(`${application.url}/login?reason=no_pending_login`);
    });
  });
}

describe('Recipe: sign out, and Hiworks remembers', () => {
  it('Hiworks may sign the same account in again without asking', async () => {
    const hiworks = await startHiworks({ signInAs: '1234567' });
    const application = await startApplication('sign-out.mjs', environment(hiworks));
    const visitor = new Browser(application.url);
    for (const _ of [1, 2]) {
      expect((await signIn(visitor, hiworks, '1234567')).text).to.include('홍길동');
      await visitor.arrive('/logout', { method: 'POST' });
    }
    await application.stop();
    await hiworks.close();
  });
});
