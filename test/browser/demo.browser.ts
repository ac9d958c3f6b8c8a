import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'puppeteer-core';
import { type DemoApp, startDemo } from '../support/demo.js';
import { brokenWords, overflow, paleTexts } from './checks.js';
import { clickable, launchBrowser } from './engines.js';

const SIZES = {
  desktop: { width: 1280, height: 800 },
  // The narrowest that WCAG 2.2 asks for.
  phone: { width: 320, height: 640 },
};

describe('The demo in Chromium', () => {
  let browser: Browser;
  let demo: DemoApp;
  let page: Page;
  let complaints: string[];

  before(async () => {
    mkdirSync(screenshot('').slice(0, -4), { recursive: true });
    browser = await launchBrowser('Chromium');
  });
  after(() => browser?.close());

  beforeEach(async () => {
    demo = await startDemo();
    page = await (await browser.createBrowserContext()).newPage();
    complaints = [];
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:' && !['localhost', '127.0.0.1'].includes(hostname)) {
        complaints.push(`requested ${request.url()}`);
      }
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // Chromium itself remarks on a page with an error's status.
      if (!message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text());
      }
    });
    await page.goto(demo.url);
  });

  afterEach(async () => {
    await page.browserContext().close();
    await demo.close();
    expect(complaints).to.deep.equal([]);
  });

  const click = (text: string) => page.locator(`::-p-xpath(${clickable(text)})`).click();
  const shows = (text: string) => page.waitForSelector(`::-p-xpath(//h1[contains(., "${text}")])`);

  async function signIn(name: string): Promise<void> {
    await click('하이웍스로 로그인');
    await click(name);
  }

  /** Checks what every page has to keep to, in both sizes, and takes its picture. */
  async function look(name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewport(viewport);
      expect(await overflow(page), `${name} scrolls sideways on a ${size}`).to.equal(0);
      expect(await paleTexts(page), `${name} has text of too little contrast`).to.deep.equal([]);
      expect(await brokenWords(page), `${name} breaks words on a ${size}`).to.deep.equal([]);
    }
    await page.screenshot({ path: screenshot(name), fullPage: true });
  }

  it('is legible on a desktop and a phone, from the button to the user and out again', async () => {
    await look('home');
    await click('하이웍스로 로그인');
    await shows('하이웍스 로그인');
    await look('sign-in');
    await click('홍길동');
    await shows('홍길동 님');
    await look('user');
    await click('로그아웃');
    await shows('로그인');
  });

  it('is legible after a failure, and signs in by the button there', async () => {
    await signIn('이준호');
    await shows('로그인하지 못했습니다');
    await look('other-office');
    await signIn('취소');
    await shows('로그인하지 못했습니다');
    await look('cancelled');
    demo.hiworks.fail('token', { code: 'ERR', msg: `<script>console.error(1)</script>${'가'.repeat(150)}` });
    await signIn('홍길동');
    await shows('로그인하지 못했습니다');
    await look('refused');
    await signIn('홍길동');
    await shows('홍길동 님');
  });

  it("signs in from the fake's menu", async () => {
    await click('하이웍스 메뉴에서 들어오기');
    await click('홍길동');
    await shows('홍길동 님');
    await look('user-from-menu');
  });

  it('can be used by keyboard alone', async () => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.$eval('a:focus-visible', (link) => link.textContent)).to.equal('하이웍스로 로그인');
    await page.keyboard.press('Enter');
    await shows('하이웍스 로그인');
    await page.focus('button');
    await page.keyboard.press('Enter');
    await shows('홍길동 님');
  });

  describe("the README's pictures", () => {
    /** Takes a picture of the page, in a narrow window. */
    async function picture(height: number): Promise<string> {
      await page.setViewport({ width: 400, height });
      return page.screenshot({ encoding: 'base64' });
    }

    /** Puts windows side by side into build/screenshots, small enough for a README. */
    async function compose(name: string, windows: string[], height: number): Promise<void> {
      const gap = 40;
      const sheet = await page.browserContext().newPage();
      await sheet.setViewport({ width: windows.length * (400 + gap) + gap, height: height + 2 * gap });
      const images = windows.map((window) => `<img src="data:image/png;base64,${window}">`);
      await sheet.setContent(`
        <style>
          body { display: flex; gap: ${gap}px; margin: ${gap}px; background: #d5e1e9; }
          img { border-radius: 14px; box-shadow: 0 8px 24px rgb(30 60 80 / 18%); }
        </style>
        ${images.join('')}`);
      await sheet.screenshot({ path: screenshot(name) });
      expect(statSync(screenshot(name)).size).to.be.below(150_000);
    }

    it('show the way from the button to the user', async () => {
      const home = await picture(840);
      await click('하이웍스로 로그인');
      await shows('하이웍스 로그인');
      const consent = await picture(840);
      await click('홍길동');
      await shows('홍길동 님');
      await compose('login', [home, consent, await picture(840)], 840);
    });

    it('show what users see who are not let in', async () => {
      const pictures: string[] = [];
      for (const name of ['이준호', '취소']) {
        await page.goto(demo.url);
        await signIn(name);
        await shows('로그인하지 못했습니다');
        pictures.push(await picture(600));
      }
      await compose('refused', pictures, 600);
    });
  });
});

/** The path of a picture under build/screenshots. */
function screenshot(name: string): string {
  return join(__dirname, '../screenshots', `${name}.png`);
}
