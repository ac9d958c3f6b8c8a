import { randomBytes, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { click, launchChromium, shows } from './support/chromium.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { createDatabase } from './support/postgres.mjs';

describe('Recipe: Hiworks accounts for users with a password, in Chromium', () => {
  let database;
  let hiworks;
  let application;
  let browser;
  let page;

  before(async () => {
    database = await createDatabase('users-table.sql');
    hiworks = await startHiworks();
    application = await startApplication('local-password.mjs', {
      ...environment(hiworks),
      DATABASE_URL: database.url,
    });
    hiworks.register(`${application.url}/auth/hiworks/callback`);
    const salt = randomBytes(16);
    await database.client.query(
      "INSERT INTO users (name, email, password_salt, password_hash) VALUES ('홍길동', 'hong@example.com', $1, $2)",
      [salt, scryptSync('correct horse', salt, 64)],
    );
    browser = await launchChromium();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());
  after(async () => {
    await browser.close();
    await application.stop();
    await hiworks.close();
    await database.client.end();
  });

  it('The forms sign in and connect in a real browser', async () => {
    await page.goto(application.url);
    await page.locator('[name=email]').fill('hong@example.com');
    await page.locator('[name=password]').fill('correct horse');
    await page.locator('::-p-xpath(//button[.="로그인"])').click();
    await click(page, '하이웍스 계정 연결하기');
    await click(page, '홍길동');
    await shows(page, '홍길동 (사용자 번호 1234567)');
    await page.locator('[name=password]').fill('correct horse');
    await page.locator('::-p-xpath(//button[.="연결"])').click();
    await shows(page, '하이웍스 사용자 번호: 1234567');
  });

  it("A real browser's form on another site signs no user in, and the login cannot be framed", async () => {
    const login = `${application.url}/login`;
    const html = `<form method="post" action="${login}"><input name="email" value="hong@example.com">
<input name="password" value="correct horse"><button>x</button></form><iframe src="${login}"></iframe>`;
    const evil = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
    await once(evil.listen(0, '127.0.0.1'), 'listening'); // another site than localhost
    await page.goto(`http://127.0.0.1:${evil.address().port}`);
    expect(page.frames()[1].url()).not.to.equal(login);
    await page.locator('button').click();
    await shows(page, 'Forbidden');
    evil.close();
  });
});
