import { statSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { runDemo, startDemo } from '../support/demo.js';
import { launchChromium, screenshot } from './chromium.js';

describe("the README's pictures", () => {
  let browser: Browser;

  before(async () => {
    browser = await launchChromium();
  });

  after(() => browser?.close());

  const open = (width: number, height: number) =>
    browser.newPage({ viewport: { width, height }, locale: 'ko-KR' });

  async function toHiworks(page: Page, url: string): Promise<void> {
    await page.goto(url);
    await page.getByRole('link', { name: '하이웍스로 로그인' }).click();
  }

  async function choose(page: Page, name: RegExp): Promise<void> {
    await page.getByRole('button', { name }).click();
    await page.getByRole('heading', { name: '하이웍스 로그인' }).waitFor({ state: 'detached' });
  }

  /** Puts windows of 400 pixels' width side by side into build/screenshots, small enough for a README. */
  async function compose(name: string, windows: Buffer[], height: number): Promise<void> {
    const gap = 40;
    const images = windows.map((window) => `<img src="data:image/png;base64,${window.toString('base64')}">`);
    const page = await open(windows.length * (400 + gap) + gap, height + 2 * gap);
    await page.setContent(`
      <style>
        body { display: flex; gap: ${gap}px; margin: ${gap}px; background: #d5e1e9; }
        img { border-radius: 14px; box-shadow: 0 8px 24px rgb(30 60 80 / 18%); }
      </style>
      ${images.join('')}`);
    const path = screenshot(name);
    await page.screenshot({ path });
    expect(statSync(path).size).to.be.below(150_000);
  }

  it('show the way from the button to the person', async () => {
    const demo = runDemo({});
    const [, url = ''] = await demo.says(/The demo is ready: (\S+)/);
    const page = await open(400, 840);
    await page.goto(url);
    const home = await page.screenshot();
    await toHiworks(page, url);
    const signIn = await page.screenshot();
    await choose(page, /홍길동/);
    await compose('login', [home, signIn, await page.screenshot()], 840);
    await demo.end('SIGTERM');
  });

  it('show what somebody sees who is not let in', async () => {
    const demo = await startDemo();
    const page = await open(400, 680);
    await toHiworks(page, demo.url);
    await choose(page, /이준호/);
    const otherOffice = await page.screenshot();
    await toHiworks(page, demo.url);
    await choose(page, /취소/);
    const cancelled = await page.screenshot();
    demo.hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
    await toHiworks(page, demo.url);
    await choose(page, /홍길동/);
    await compose('refused', [otherOffice, cancelled, await page.screenshot()], 680);
    await demo.close();
  });
});
