import { expect } from 'chai';
import type { HiworksServer } from 'passport-hiworks/testing';
import { createHiworksServer } from 'passport-hiworks/testing';
import { type Application, start } from './application.js';
import { Browser } from './browser.js';
import { EMPLOYEES, expectNoUser, expectUser, HONG, KIM } from './login.js';
import { named } from './workspace.js';

const PATH = '/sso/a-Segment_Of_More_Than_22';

const APPLICATIONS = [
  { title: named('notes', 'express'), command: 'node sso/express.mjs' },
  { title: named('koa', 'koa'), command: 'node sso/koa.mjs' },
  { title: named('fastify', 'fastify'), command: 'node sso/fastify.mjs' },
  { title: named('notes', '@nestjs/core'), command: 'node dist/menu.js' },
  { title: 'node:http', command: 'node sso/http.mjs' },
];

for (const { title, command } of APPLICATIONS) {
  describe(`The login from a Hiworks menu with ${title}`, () => {
    let hiworks: HiworksServer;
    let app: Application;
    let browser: Browser;

    before(async () => {
      hiworks = await createHiworksServer({ users: EMPLOYEES, ssoURL: `http://localhost${PATH}` });
      app = await start(
        'notes',
        {
          HIWORKS_SSO_PATH: PATH,
          HIWORKS_TOKENS_URL: `${hiworks.url}/v4/tokens`,
          HIWORKS_USER_NOS: HONG.userNo,
          SESSION_SECRET: 'a secret of the tests, of more than 32 characters',
        },
        command,
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

    it('refuses a user who is not in the table of employees', async () => {
      const page = await browser.read(await menu(KIM.userNo));
      expect(page.status).to.be.within(401, 403);
      await expectNoUser(browser);
    });
  });
}
