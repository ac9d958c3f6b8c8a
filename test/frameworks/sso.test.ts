import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import { createHiworksServer } from 'passport-hiworks/testing';
import { type Application, start } from './application.js';
import { Browser } from './browser.js';
import { frameworks } from './frameworks.js';
import { EMPLOYEES, expectNobody, expectUser, HONG, KIM } from './login.js';

const PATH = '/sso/a-Segment_Of_More_Than_22';

for (const { title, workspace, sso } of frameworks) {
  describe(`The login from a Hiworks menu in ${title}`, () => {
    let hiworks: HiworksServer;
    let app: Application;
    let browser: Browser;

    before(async () => {
      hiworks = await createHiworksServer({ users: EMPLOYEES, ssoURL: `http://localhost${PATH}` });
      app = await start(
        workspace,
        {
          HIWORKS_SSO_PATH: PATH,
          HIWORKS_TOKENS_URL: `${hiworks.url}/v4/tokens`,
          HIWORKS_USER_NOS: HONG.userNo,
          SESSION_SECRET: 'a secret of the tests, of more than 32 characters',
        },
        sso,
      );
    });

    beforeEach(() => {
      browser = new Browser(app.url);
    });

    after(async () => {
      await app?.close();
      await hiworks?.close();
    });

    /** The address that the menu opens, at this application. */
    async function menu(userNo: string): Promise<string> {
      return app.url + PATH + new URL(await hiworks.openMenu(userNo)).search;
    }

    it('signs in an employee', async () => {
      const page = await browser.read(await menu(HONG.userNo));
      expect(page).to.include({ status: 200, url: `${app.url}/` });
      await expectUser(browser);
    });

    it('signs in nobody who is not in the table of employees', async () => {
      const page = await browser.read(await menu(KIM.userNo));
      expect(page.status).to.be.within(401, 403);
      await expectNobody(browser);
    });
  });
}
