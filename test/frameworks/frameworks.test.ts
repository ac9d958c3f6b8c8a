import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import type { Application } from './application.js';
import { Browser } from './browser.js';
import { frameworks } from './frameworks.js';
import {
  EMPLOYEES,
  expectNobody,
  expectUser,
  HONG,
  KIM,
  LOGIN,
  OFFICE,
  STRANGER,
  signIn,
  startHiworks,
  startWith,
} from './login.js';

for (const { title, workspace } of frameworks) {
  describe(title, () => {
    let hiworks: HiworksServer;
    let app: Application;
    let browser: Browser;

    before(async () => {
      hiworks = await startHiworks();
      app = await startWith(hiworks, workspace);
    });

    beforeEach(() => {
      browser = new Browser(app.url);
    });

    after(async () => {
      await app?.close();
      await hiworks?.close();
    });

    /** The callback of a login of somebody else's that was begun in another browser. */
    const forge = async () => hiworks.signIn(await new Browser(app.url).leave(LOGIN), KIM.userNo);

    describe('a login', () => {
      it('ends on the home page, and the user is still there on the next request', async () => {
        await expectNobody(browser);
        const page = await signIn(hiworks, browser);
        expect(page).to.include({ status: 200, url: `${app.url}/` });
        await expectUser(browser);
        expect((await browser.read('/')).text).to.include(`오피스 번호 ${OFFICE}`);
        await expectNobody(new Browser(app.url));
      });

      it('sends the absolute form of the relative callbackURL to Hiworks', async () => {
        const location = new URL(await browser.leave(LOGIN));
        expect(location.searchParams.get('redirect_uri')).to.equal(`${app.url}/auth/hiworks/callback`);
      });

      it('leads back to the page that was requested', async () => {
        const page = await signIn(hiworks, browser, HONG, '/inbox');
        expect(page).to.include({ status: 200, url: `${app.url}/inbox` });
        expect(page.text).to.include(`${HONG.name} 님에게 온 편지가 없습니다.`);
      });

      it('succeeds after one that was abandoned', async () => {
        await browser.leave(LOGIN);
        await browser.leave(LOGIN);
        await signIn(hiworks, browser);
        await expectUser(browser);
      });

      it('may be pending in two tabs, and end in both', async () => {
        const first = await browser.leave(LOGIN);
        const second = await browser.leave(LOGIN);
        await browser.read(await hiworks.signIn(first, HONG.userNo));
        await expectUser(browser, HONG);
        await browser.read(await hiworks.signIn(second, KIM.userNo));
        await expectUser(browser, KIM);
      });

      it('succeeds if Hiworks returns no state', async () => {
        const callback = new URL(await hiworks.signIn(await browser.leave(LOGIN), HONG.userNo));
        callback.searchParams.delete('state');
        await browser.read(callback.href);
        await expectUser(browser);
      });

      it('of 25 employees at once never mixes them up', async () => {
        await Promise.all(
          EMPLOYEES.map(async (employee) => {
            const own = new Browser(app.url);
            await signIn(hiworks, own, employee);
            await expectUser(own, employee);
          }),
        );
      });
    });

    describe('a logout', () => {
      beforeEach(() => signIn(hiworks, browser));

      it('ends what the login began', async () => {
        await browser.read('/logout', 'POST');
        await expectNobody(browser);
      });

      it('is not undone by a slow response to an earlier request', async () => {
        const slow = await browser.send('/inbox');
        expect(slow.status).to.equal(200);
        await browser.read('/logout', 'POST');
        browser.keep(slow);
        await expectNobody(browser);
      });
    });

    describe('somebody who is not let in reads why, in Korean', () => {
      it('if they cancel at Hiworks', async () => {
        const { status, text } = await browser.read(await hiworks.refuse(await browser.leave(LOGIN)));
        expect(status).to.equal(401);
        expect(text).to.include('하이웍스에서 로그인을 취소했습니다.');
        await expectNobody(browser);
      });

      it('if they belong to another office', async () => {
        const { status, text } = await signIn(hiworks, browser, STRANGER);
        expect(status).to.equal(403);
        expect(text).to.include('우리 회사의 하이웍스 계정이 아닙니다.');
        await expectNobody(browser);
      });

      it("if Hiworks refuses, in Hiworks' own words, escaped", async () => {
        hiworks.fail('token', { code: 'ERR', msg: '<b>점검</b> 중입니다' });
        const { status, text } = await signIn(hiworks, browser);
        expect(status).to.equal(401);
        expect(text).to.include('하이웍스가 로그인을 거부했습니다.');
        expect(text).to.match(/하이웍스의 안내: &#60;b&#62;점검&#60;\/b&#62; 중입니다</);
        await app.logged('점검');
        await expectNobody(browser);
      });

      it('if Hiworks cannot be reached, and only the log has the details', async () => {
        hiworks.fail('token', 'reset');
        const { status, text } = await signIn(hiworks, browser);
        expect(status).to.equal(502);
        expect(text).to.include('하이웍스에 연결하지 못했습니다.');
        expect(text).to.not.match(/ECONNRESET|127\.0\.0\.1|HiworksTransportError/);
        await app.logged('HiworksTransportError');
      });
    });

    describe('a forged callback', () => {
      it('is refused with 403, and the login pending in this browser still succeeds', async () => {
        const own = await browser.leave(LOGIN);
        const { status, text } = await browser.read(await forge());
        expect(status).to.equal(403);
        expect(text).to.include('이 브라우저에서 시작한 로그인이 아니거나');
        await expectNobody(browser);
        await browser.read(await hiworks.signIn(own, HONG.userNo));
        await expectUser(browser, HONG);
      });

      it('without state is refused with 403 if no login is pending in this browser', async () => {
        const forged = new URL(await forge());
        forged.searchParams.delete('state');
        const { status, text } = await browser.read(forged.href);
        expect(status).to.equal(403);
        expect(text).to.include('로그인 쿠키를 찾을 수 없습니다.');
        await expectNobody(browser);
      });
    });
  });
}
