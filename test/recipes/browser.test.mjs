import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { startApplication } from './support/application.mjs';
import { click, launchChromium, shows } from './support/chromium.mjs';
import { deploy } from './support/deployment.mjs';
import { environment, startHiworks } from './support/hiworks.mjs';
import { startRedis } from './support/redis.mjs';

describe('Recipes in Chromium', () => {
  let browser;
  let hiworks;
  let page;

  before(async () => {
    browser = await launchChromium();
    hiworks = await startHiworks();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());
  after(async () => {
    await browser.close();
    await hiworks.close();
  });

  /** Signs in, and resolves once the page shows `expected`. */
  async function signIn(name, expected) {
    await click(page, '하이웍스로 로그인');
    await click(page, name);
    await shows(page, expected);
  }

  it('deployment: the cookie comes back from Hiworks, through nginx, and is bound to the host', async () => {
    const redis = await startRedis();
    const { nginx, close } = await deploy(hiworks, redis);
    await page.goto(`${nginx.url}/tools/`);
    await signIn('홍길동', '홍길동 님');
    const [cookie] = await page.browserContext().cookies();
    expect(cookie).to.include({ name: '__Host-tools', httpOnly: true, secure: true, sameSite: 'Lax' });
    await close();
    await redis.close();
  });

  it('back to the page one came from: a link in a web mail takes one click on the login page', async () => {
    const application = await startApplication('return-to.mjs', environment(hiworks));
    hiworks.register(`${application.url}/auth/hiworks/callback`);
    const link = `<a href="${application.url}/inbox?folder=5">메일의 링크</a>`;
    const mail = createServer((_, response) =>
      response.setHeader('content-type', 'text/html; charset=utf-8').end(link),
    );
    await once(mail.listen(0, '127.0.0.1'), 'listening');
    await page.goto(`http://127.0.0.1:${mail.address().port}`); // another site than localhost
    await page.locator('a').click();
    await signIn('홍길동', '5 편지함');
    expect(page.url()).to.equal(`${application.url}/inbox?folder=5`);
    mail.close();
    await application.stop();
  });
});
