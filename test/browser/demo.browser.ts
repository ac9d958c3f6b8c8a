import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type DemoApp, type DemoProcess, runDemo, startDemo } from '../support/demo.js';
import { brokenWords, overflow, paleTexts } from './checks.js';
import { launchChromium, screenshot } from './chromium.js';

const LOOPBACK = ['localhost', '127.0.0.1'];
const SIZES = {
  desktop: { width: 1280, height: 800 },
  // The narrowest that WCAG 2.2 asks for.
  phone: { width: 320, height: 640 },
};

const shownTokens = (text: string) => text.match(/[a-z0-9]{4}\*+/g);

describe('the demo in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  before(async () => {
    browser = await launchChromium();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    context = await browser.newContext({ locale: 'ko-KR' });
    complaints = [];
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:' && !LOOPBACK.includes(hostname)) {
        complaints.push(`requested ${request.url()}`);
      }
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    context.on('console', (message) => {
      // Chromium itself remarks on a page with an error's status.
      if (message.type() !== 'log' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text());
      }
    });
    page = await context.newPage();
  });

  afterEach(async () => {
    await context.close();
    expect(complaints).to.deep.equal([]);
  });

  /** Looks at the page as it is, in both sizes: checks what every page has to keep to, and takes its picture. */
  async function look(name: string): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      expect(await overflow(page), `${name} scrolls sideways on a ${size}`).to.equal(0);
      expect(await paleTexts(page), `${name} has text of too little contrast`).to.deep.equal([]);
      expect(await brokenWords(page), `${name} breaks words on a ${size}`).to.deep.equal([]);
    }
    await page.screenshot({ path: screenshot(name), fullPage: true });
  }

  const mainText = () => page.locator('main').innerText();

  async function expectProblem(title: string, ...words: string[]): Promise<void> {
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
    const text = await mainText();
    for (const word of words) {
      expect(text).to.contain(word);
    }
    expect(await link('처음으로 돌아가기').isVisible()).to.equal(true);
  }

  const link = (name: string) => page.getByRole('link', { name });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const login = () => link('하이웍스로 로그인');

  describe('as npm start runs it', () => {
    let demo: DemoProcess;
    let url: string;

    before(async () => {
      demo = runDemo({});
      [, url = ''] = await demo.says(/The demo is ready: (\S+)/);
    });

    after(() => demo?.end('SIGTERM'));

    beforeEach(() => page.goto(url));

    async function expectSignedIn(name: string): Promise<void> {
      await page.waitForURL(`${url}/`);
      await page.getByRole('heading', { name: `${name} 님`, exact: true }).waitFor();
    }

    it('signs in, renews the token and signs out', async () => {
      await login().waitFor();
      await look('home');

      await login().click();
      await button(/홍길동/).waitFor();
      await look('sign-in');

      await button(/홍길동/).click();
      await expectSignedIn('홍길동');
      const before = await mainText();
      expect(before).to.match(/1234567.*123123.*0회/s);
      await look('person');

      await button('토큰 갱신').click();
      await page.getByText('1회').waitFor();
      expect(shownTokens(await mainText())).not.to.deep.equal(shownTokens(before));

      await button('로그아웃').click();
      await login().waitFor();
      expect(await page.content()).not.to.contain('홍길동');
    });

    it('can be used by keyboard alone', async () => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await login().evaluate((link) => link.matches(':focus-visible'))).to.equal(true);
      await look('focus');
      await page.keyboard.press('Enter');
      await button(/홍길동/).focus();
      await page.keyboard.press('Enter');
      await expectSignedIn('홍길동');
      await button('로그아웃').focus();
      await page.keyboard.press('Enter');
      await login().waitFor();
    });

    it('does not let in users of another company, and offers another account', async () => {
      await login().click();
      await button(/이준호/).click();
      await expectProblem('로그인할 수 없는 회사입니다', '오피스 번호: 456456');
      await look('other-office');
      await link('다른 계정으로 로그인').click();
      await button(/홍길동/).click();
      await expectSignedIn('홍길동');
    });

    it('says once that the sign-in was cancelled', async () => {
      await login().click();
      await button('취소').click();
      await expectProblem('로그인을 취소했습니다');
      expect((await mainText()).match(/취소/g)).to.have.length(1);
      await look('cancelled');
    });

    it('calls a lost cookie a lost cookie', async () => {
      await login().click();
      await button(/홍길동/).waitFor();
      await context.clearCookies();
      await button(/홍길동/).click();
      await expectProblem('로그인 쿠키가 없습니다', '쿠키를 허용한 뒤');
      await look('lost-cookie');
      await link('다시 로그인').click();
      await button(/홍길동/).click();
      await expectSignedIn('홍길동');
    });

    it('takes one more click where another site has begun the login', async () => {
      const [, elsewhere = ''] = await demo.says(/built-in fake at (\S+)/);
      await page.goto(elsewhere);
      await page.setContent(`<a href="${url}/auth/hiworks">Have a look</a>`);
      await link('Have a look').click();
      await button(/홍길동/).click();
      await expectProblem('다른 사이트에서 시작한 로그인입니다');
      await look('begun-elsewhere');
      await link('다시 로그인').click();
      await button(/홍길동/).click();
      await expectSignedIn('홍길동');
    });

    it('works for somebody who opens 127.0.0.1 in place of localhost', async () => {
      await page.goto(url.replace('localhost', '127.0.0.1'));
      expect(page.url()).to.equal(`${url}/`);
      await login().click();
      await button(/홍길동/).click();
      await expectSignedIn('홍길동');
    });

    it('shows what it looks like when Hiworks is down, once', async () => {
      await button('하이웍스 장애 체험').click();
      await button(/홍길동/).click();
      await expectProblem('하이웍스와 통신하지 못했습니다', '잠시 뒤에 다시 시도');
      await look('hiworks-down');
      await link('다시 시도').click();
      await button(/홍길동/).click();
      await expectSignedIn('홍길동');
    });

    describe("from the fake's Hiworks menu", () => {
      beforeEach(() => link('하이웍스 메뉴 열기').click());

      it('signs in with one click', async () => {
        await button(/홍길동/).waitFor();
        await look('menu');
        await button(/홍길동/).click();
        await expectSignedIn('홍길동');
        await look('person-from-menu');
      });

      it('creates no account for somebody who is not known', async () => {
        await button(/이준호/).click();
        await expectProblem('등록되지 않은 직원입니다');
        await look('unknown-employee');
      });

      it("refuses a stranger's menu, which does not know the path", async () => {
        await page.goto(`${url}/menu/a-guess-of-somebody-else?token=a-token-of-his-own`);
        await expectProblem('페이지를 찾을 수 없습니다');
        await look('not-found');
      });
    });
  });

  describe('with a Hiworks that fails', () => {
    let demo: DemoApp;

    beforeEach(async () => {
      demo = await startDemo();
      await page.goto(demo.url);
    });

    afterEach(() => demo.close());

    for (const [what, words] of [
      ['what Hiworks said', '점검 중'],
      ['hostile words as words, however long', `<script>console.error('run')</script>${'가'.repeat(150)}`],
    ] as const) {
      it(`shows ${what}`, async () => {
        demo.hiworks.fail('token', { code: 'ERR', msg: words });
        await login().click();
        await button(/홍길동/).click();
        await expectProblem('하이웍스가 요청을 거절했습니다', '다시 로그인해 주세요', words);
        await look(`refused-${what.split(' ')[0]}`);
      });
    }
  });
});
