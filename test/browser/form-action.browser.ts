import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { type Application, startApplication, VICTIM } from './application.js';
import { launchChromium } from './chromium.js';

describe('a Content-Security-Policy with form-action', () => {
  let browser: Browser;
  let app: Application;
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    app = await startApplication({ echoState: false });
    page = await browser.newPage();
  });

  after(async () => {
    await browser?.close();
    await app?.close();
  });

  it('blocks the redirect of a form to Hiworks unless it names Hiworks', async () => {
    const submit = async (policy: string) => {
      await page.goto(`${app.url}/form?form-action=${encodeURIComponent(policy)}`);
      await page.getByRole('button').click();
    };
    const complaint = page.waitForEvent('console', (message) => message.text().includes('form-action'));
    await submit("'self'");
    await complaint;
    expect(app.hiworks.requests).to.deep.equal([]);

    await submit(`'self' ${app.hiworks.url}`);
    await page.getByRole('button', { name: VICTIM.name }).waitFor();
  });
});
