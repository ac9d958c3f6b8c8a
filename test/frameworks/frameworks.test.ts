import { expect } from 'chai';
import { visitorMessage } from 'passport-hiworks';
import type { HiworksServer } from 'passport-hiworks/testing';
import type { Application } from './application.js';
import { Browser, type Page } from './browser.js';
import { examples, variants } from './frameworks.js';
import {
  callbackOf,
  EMPLOYEES,
  expectNoUser,
  expectUser,
  HONG,
  KIM,
  LOGIN,
  STRANGER,
  signIn,
  startHiworks,
  startWith,
  withoutState,
} from './login.js';

for (const { title, workspace, command } of [...examples, ...variants]) {
  describe(title, () => {
    let hiworks: HiworksServer;
    let app: Application;
    let browser: Browser;

    before(async () => {
      hiworks = await startHiworks();
      app = await startWith(hiworks, workspace, command);
    });

    beforeEach(() => {
      browser = new Browser(app.url);
    });

    after(async () => {
      await app?.close();
      await hiworks?.close();
    });

    /** The callback of a login that was started in another browser. */
    const forge = () => callbackOf(hiworks, new Browser(app.url), KIM);

    function expectFailure({ url, status, text }: Page, code: string): void {
      expect(url).to.equal(`${app.url}/login?reason=${code}`);
      expect(status).to.equal(200);
      expect(text).to.include(visitorMessage(code));
    }

    it('signs a user in, who is still there on the next request', async () => {
      await expectNoUser(browser);
      const page = await signIn(hiworks, browser);
      expect(page).to.include({ status: 200, url: `${app.url}/` });
      await expectUser(browser);
      await expectNoUser(new Browser(app.url));
    });

    it('starts a login with the absolute callbackURL, in a redirect that is not cached', async () => {
      const { status, headers } = await browser.send(LOGIN);
      const location = new URL(headers.location as string);
      expect(location.searchParams.get('redirect_uri')).to.equal(`${app.url}${LOGIN}/callback`);
      expect(status).to.equal(302);
      expect(headers['cache-control']).to.equal('no-store');
    });

    it('sends its pages uncached, and not for frames', async () => {
      for (const path of ['/', '/login']) {
        const { headers, text } = await browser.send(path);
        expect(headers['cache-control']).to.equal('no-store');
        expect(headers['content-security-policy']).to.equal("frame-ancestors 'none'");
        expect(headers['referrer-policy']).to.equal('same-origin');
        expect(headers['content-type']).to.match(/^text\/html; charset=utf-8$/i);
        expect(text).to.include('<meta name="viewport"');
      }
    });

    it('leads back to the page that was requested', async () => {
      const page = await signIn(hiworks, browser, HONG, '/inbox');
      expect(page).to.include({ status: 200, url: `${app.url}/inbox` });
      expect(page.text).to.include(`${HONG.name} 님의 받은 편지함`);
    });

    it('signs in after a login that was abandoned', async () => {
      await browser.leave(LOGIN);
      await signIn(hiworks, browser);
      await expectUser(browser);
    });

    it('signs in if Hiworks returns no state', async () => {
      await browser.read(withoutState(await callbackOf(hiworks, browser)));
      await expectUser(browser);
    });

    it('goes on if a callback is reloaded, or comes from a second tab, after the sign-in', async () => {
      const second = await callbackOf(hiworks, browser);
      const first = await callbackOf(hiworks, browser);
      await browser.read(first);
      for (const callback of [first, second]) {
        expect((await browser.read(callback)).url).to.equal(`${app.url}/`);
        await expectUser(browser);
      }
    });

    it('never mixes up 25 employees who sign in at once', async () => {
      await Promise.all(
        EMPLOYEES.map(async (employee) => {
          const own = new Browser(app.url);
          await signIn(hiworks, own, employee);
          await expectUser(own, employee);
        }),
      );
    });

    it('signs out', async () => {
      await signIn(hiworks, browser);
      await browser.read('/logout', 'POST');
      await expectNoUser(browser);
    });

    it('stays signed out when a slow response to an earlier request arrives', async () => {
      await signIn(hiworks, browser);
      const slow = await browser.send('/inbox');
      expect(slow.status).to.equal(200);
      await browser.read('/logout', 'POST');
      browser.keep(slow);
      await expectNoUser(browser);
    });

    it('shows a user who cancels at Hiworks why nothing happened', async () => {
      const page = await browser.read(await hiworks.refuse(await browser.leave(LOGIN)));
      expectFailure(page, 'access_denied');
      await expectNoUser(browser);
    });

    it('refuses a user of another office', async () => {
      expectFailure(await signIn(hiworks, browser, STRANGER), 'office_not_allowed');
      await expectNoUser(browser);
    });

    it("logs Hiworks' own text of a refusal", async () => {
      hiworks.fail('token', { code: 'ERR', msg: '점검 중입니다' });
      expectFailure(await signIn(hiworks, browser), 'ERR');
      await app.logged('점검 중입니다');
      await expectNoUser(browser);
    });

    it('shows that Hiworks cannot be reached, and logs the details', async () => {
      hiworks.fail('token', 'reset');
      expectFailure(await signIn(hiworks, browser), 'connection_failed');
      await app.logged('connection');
    });

    it('refuses a forged callback, and the login pending in this browser still succeeds', async () => {
      const own = await browser.leave(LOGIN);
      expectFailure(await browser.read(await forge()), 'state_mismatch');
      await expectNoUser(browser);
      await browser.read(await hiworks.signIn(own, HONG.userNo));
      await expectUser(browser);
    });

    it('refuses a forged callback without state if no login is pending in this browser', async () => {
      expectFailure(await browser.read(withoutState(await forge())), 'no_pending_login');
      await expectNoUser(browser);
    });

    it('keeps the signed-in user when a callback is forged', async () => {
      await browser.leave(LOGIN);
      await signIn(hiworks, browser);
      for (const forged of [await forge(), withoutState(await forge())]) {
        await browser.read(forged);
        await expectUser(browser);
      }
    });

    it('starts no login for a prefetch', async () => {
      browser.headers = { 'sec-purpose': 'prefetch' };
      for (const path of [LOGIN, '/inbox']) {
        expect((await browser.read(path)).status).to.equal(503);
      }
    });

    it('starts no login for a fetch(), and shows why', async () => {
      browser.headers = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
      expect((await browser.read(LOGIN)).text).to.include(visitorMessage('not_a_navigation'));
    });

    it('responds with 404 at an unknown address', async () => {
      for (const path of ['/unknown', '/unknown?auth_code=code']) {
        expect((await browser.read(path)).status).to.equal(404);
      }
    });

    it('shows no stack trace if a login fails unexpectedly', async () => {
      browser.headers = { host: 'not a host' };
      const { status, text } = await browser.send(LOGIN);
      expect(status).to.be.within(400, 500);
      expect(text).to.not.match(/\bat \S+ \(|node_modules|\.m?[jt]s:\d/);
    });

    it('shows no text from the address of the login page', async () => {
      for (const query of ['?reason=<script>', '?reason=<script>&reason=<b>']) {
        const { status, text } = await browser.read(`/login${query}`);
        expect(status).to.equal(200);
        expect(text)
          .to.include(visitorMessage('unknown'))
          .and.not.match(/script|<b>/);
      }
    });
  });
}
