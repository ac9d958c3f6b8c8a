import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type DemoApp, type DemoProcess, runDemo, startDemo } from '../support/demo.js';
import { overflow, paleTexts } from './checks.js';
import { launchChromium, screenshot } from './chromium.js';

const LOOPBACK = ['localhost', '127.0.0.1'];
const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

const shownTokens = (text: string) => text.match(/[a-z0-9]{4}\*+/g);

describe('the demo in a browser', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchChromium();
  });

  after(() => browser?.close());

  for (const [size, viewport] of Object.entries(SIZES)) {
    describe(`of the size of a ${size}`, () => {
      let context: BrowserContext;
      let page: Page;
      let complaints: string[];

      beforeEach(async () => {
        context = await browser.newContext({ viewport, locale: 'ko-KR' });
        complaints = [];
        context.on('request', (request) => {
          const { protocol, hostname } = new URL(request.url());
          if (protocol !== 'data:' && !LOOPBACK.includes(hostname)) complaints.push(`asked ${request.url()}`);
        });
        context.on('weberror', (error) => complaints.push(String(error.error())));
        context.on('console', (message) => {
          if (message.type() !== 'log') complaints.push(message.text());
        });
        page = await context.newPage();
      });

      afterEach(async () => {
        await context.close();
        expect(complaints).to.deep.equal([]);
      });

      /** Looks at the page as it is: takes its picture and checks what every page has to keep to. */
      async function look(name: string): Promise<void> {
        await page.screenshot({ path: screenshot(`${size}-${name}`) });
        expect(await overflow(page), `${name} scrolls sideways`).to.equal(0);
        expect(await paleTexts(page), `${name} has text of too little contrast`).to.deep.equal([]);
      }

      async function expectProblem(title: string, ...words: string[]): Promise<void> {
        expect(await page.locator('h1').textContent()).to.equal(title);
        const text = await page.locator('main').innerText();
        for (const word of words) expect(text).to.contain(word);
        expect(await page.getByRole('link', { name: '처음으로 돌아가기' }).isVisible()).to.equal(true);
        // Chromium itself remarks on a page with an error's status.
        complaints = complaints.filter((text) => !text.startsWith('Failed to load resource'));
      }

      const login = () => page.getByRole('link', { name: '하이웍스로 로그인' });
      const button = (name: string | RegExp) => page.getByRole('button', { name });

      describe('as npm start runs it', () => {
        let demo: DemoProcess;
        let url: string;

        beforeEach(async () => {
          demo = runDemo({});
          [, url = ''] = await demo.says(/The demo is ready: (\S+)/);
          await page.goto(url);
        });

        afterEach(() => demo.end('SIGTERM'));

        it('signs in, renews the token and signs out', async () => {
          expect(await login().isVisible()).to.equal(true);
          await look('1-home');

          await login().click();
          await button(/홍길동/).waitFor();
          await look('2-sign-in');

          await button(/홍길동/).click();
          await page.waitForURL(`${url}/`);
          const main = page.locator('main');
          expect(await main.innerText()).to.match(/홍길동 님.*1234567.*123123.*0회/s);
          const before = await main.innerText();
          await look('3-person');

          await button('토큰 갱신').click();
          await page.getByText('1회').waitFor();
          expect(shownTokens(await main.innerText())).not.to.deep.equal(shownTokens(before));
          await look('4-renewed');

          await button('로그아웃').click();
          await login().waitFor();
          expect(await page.content()).not.to.contain('홍길동');
        });

        it('can be used by keyboard alone', async () => {
          await page.keyboard.press('Tab');
          await page.keyboard.press('Tab');
          expect(await login().evaluate((link) => link.matches(':focus-visible'))).to.equal(true);
          await look('5-focus');
          await page.keyboard.press('Enter');
          await button(/홍길동/).focus();
          await page.keyboard.press('Enter');
          await page.waitForURL(`${url}/`);
          await button('로그아웃').focus();
          await page.keyboard.press('Enter');
          await login().waitFor();
        });

        it('does not let in people of another office', async () => {
          await login().click();
          await button(/이준호/).click();
          await expectProblem('로그인할 수 없는 회사입니다', '회사 번호 456456의 계정');
          await look('6-other-office');
          await page.getByRole('link', { name: '처음으로 돌아가기' }).click();
          expect(await login().isVisible()).to.equal(true);
        });

        it('says so when the person presses 취소', async () => {
          await login().click();
          await button('취소').click();
          await expectProblem('로그인을 취소했습니다');
          await look('7-cancelled');
        });
      });

      describe('with a Hiworks that fails', () => {
        let demo: DemoApp;

        beforeEach(async () => {
          demo = await startDemo();
          await page.goto(demo.url);
        });

        afterEach(() => demo.close());

        it('shows what Hiworks said', async () => {
          demo.hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
          await login().click();
          await button(/홍길동/).click();
          await expectProblem('하이웍스가 요청을 거절했습니다', '점검 중');
          await look('8-refused-by-hiworks');
        });

        it('shows hostile words as words, however long', async () => {
          const words = `<script>console.error('run')</script>${'가'.repeat(150)}`;
          demo.hiworks.fail('token', { code: 'ERR', msg: words });
          await login().click();
          await button(/홍길동/).click();
          await expectProblem('하이웍스가 요청을 거절했습니다', words);
          await look('9-hostile-words');
        });
      });
    });
  }
});
