import { expect } from 'chai';
import { type Application, LOOPBACK, startApplication } from './application.js';
import { launchBrowser } from './engines.js';

describe('A Content-Security-Policy with form-action', () => {
  let app: Application;

  before(async () => {
    app = await startApplication({ place: LOOPBACK });
  });
  after(() => app?.close());

  it('blocks the redirect of a form to Hiworks unless it names Hiworks', async () => {
    const browser = await launchBrowser('Chromium');
    const page = await browser.newPage();
    const submit = async (policy: string) => {
      await page.goto(`${app.url}/form?form-action=${encodeURIComponent(policy)}`);
      await page.locator('button').click();
    };
    const blocked = new Promise<void>((resolve) => {
      page.on('console', (message) => message.text().includes('form-action') && resolve());
    });
    const arrived = app.next();
    await submit("'self'");
    await blocked;

    await submit(`'self' ${app.hiworksPage}`);
    expect(await arrived).to.equal('at Hiworks');
    await browser.close();
  });
});
