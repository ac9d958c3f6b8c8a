import { request } from 'node:http';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  type Application,
  ATTACKER,
  type ForeignSite,
  startApplication,
  startForeignSite,
  VICTIM,
} from './application.js';
import { launchChromium } from './chromium.js';

const START = '/auth/hiworks';
const CONNECT = '/connect/hiworks';

describe('login CSRF in a browser', () => {
  let browser: Browser;
  let app: Application;
  let foreign: ForeignSite;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    foreign = await startForeignSite();
  });

  after(async () => {
    foreign?.close();
    await browser?.close();
  });

  function withHiworks(options: { echoState: boolean }): void {
    beforeEach(async () => {
      app = await startApplication(options);
      context = await browser.newContext();
      page = await context.newPage();
    });

    afterEach(async () => {
      await context.close();
      await app.close();
    });
  }

  const heading = (of: Page = page) => of.locator('h1').innerText();

  const tokenRequests = () => app.hiworks.requests.filter(({ endpoint }) => endpoint === 'token');

  async function expectHome({ signedIn, connected }: { signedIn: string; connected: string }): Promise<void> {
    const home = await (await context.request.get(app.url)).text();
    expect(home).to.contain(`<h1>Signed in: ${signedIn}</h1>`).and.contain(`<p>Connected: ${connected}</p>`);
  }

  async function openForeignPage(start: string, at: Page = page): Promise<void> {
    await at.goto(`${foreign.url}/?to=${encodeURIComponent(app.url + start)}`);
  }

  async function openThroughForeignRedirect(address: string): Promise<void> {
    await page.goto(`${foreign.url}/go?to=${encodeURIComponent(address)}`);
  }

  async function signInAtHiworks(at: Page = page): Promise<void> {
    await at.getByRole('button', { name: VICTIM.name }).click();
    await at.waitForURL((url) => url.origin === app.url);
  }

  async function signInWithPassword(): Promise<void> {
    await page.goto(app.url);
    await page.getByRole('button', { name: 'password' }).click();
    await page.getByText('Signed in: a local account').waitFor();
  }

  /** The URL by which the attacker's own browser would finish a login of his: its code is not spent. */
  async function callbackOfAttacker(): Promise<URL> {
    const location = await redirectOf(app.url + START);
    return new URL(await app.hiworks.signIn(location, ATTACKER.userNo));
  }

  async function callbackWithoutState(): Promise<string> {
    const callback = await callbackOfAttacker();
    callback.searchParams.delete('state');
    return callback.href;
  }

  /** Has the foreign page open `start` in a popup, and then send the popup to `callback`. */
  async function attack(start: string, callback: string): Promise<Page> {
    await openForeignPage(start);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Win a prize' }).click();
    const popup = await opened;
    await popup.getByRole('button', { name: VICTIM.name }).waitFor();
    await page.evaluate((url) => {
      (window as unknown as { popup: Window }).popup.location = url;
    }, callback);
    await popup.waitForURL((url) => url.origin === app.url);
    return popup;
  }

  for (const echoState of [true, false]) {
    describe(`with a Hiworks that ${echoState ? 'returns state' : 'does not return state'}`, () => {
      withHiworks({ echoState });

      it('a foreign page that opens the start and then a forged callback signs nobody in', async () => {
        const popup = await attack(START, await callbackWithoutState());
        expect(await heading(popup)).to.equal('Refused: begun_elsewhere');
        await expectHome({ signedIn: 'nobody', connected: 'nothing' });
        expect(tokenRequests()).to.deep.equal([]);
      });

      it("a foreign page connects the attacker's account to nobody's", async () => {
        await signInWithPassword();
        const popup = await attack(CONNECT, await callbackWithoutState());
        expect(await heading(popup)).to.equal('Refused: begun_elsewhere');
        await expectHome({ signedIn: 'a local account', connected: 'nothing' });
        expect(tokenRequests()).to.deep.equal([]);
      });

      it('a foreign page gets no further with a state of its own', async () => {
        const callback = await callbackOfAttacker();
        callback.searchParams.set('state', callback.searchParams.get('state') ?? 'a guess');
        expect(await heading(await attack(START, callback.href))).to.equal('Refused: state_mismatch');
        await expectHome({ signedIn: 'nobody', connected: 'nothing' });
        await signInWithPassword();
        expect(await heading(await attack(CONNECT, callback.href))).to.equal('Refused: state_mismatch');
        await expectHome({ signedIn: 'a local account', connected: 'nothing' });
      });

      it('a login that the person has begun to sign in connects nothing', async () => {
        await signInWithPassword();
        await page.goto(app.url + START);
        await openThroughForeignRedirect(await callbackWithoutState());
        expect(await heading()).to.equal('Refused: state_mismatch');
        await expectHome({ signedIn: 'a local account', connected: 'nothing' });
      });

      it("the application's own link signs in", async () => {
        await page.goto(app.url);
        await page.getByRole('link', { name: 'Sign in' }).click();
        await signInAtHiworks();
        await expectHome({ signedIn: VICTIM.name, connected: 'nothing' });
      });

      it('a typed address and a bookmark sign in', async () => {
        await page.goto(app.url + START);
        await signInAtHiworks();
        await expectHome({ signedIn: VICTIM.name, connected: 'nothing' });
      });

      it("the application's own link connects the person's account", async () => {
        await signInWithPassword();
        await page.getByRole('link', { name: 'Connect' }).click();
        await signInAtHiworks();
        await expectHome({ signedIn: 'a local account', connected: VICTIM.name });
      });

      it('a login of the person succeeds although a foreign page begins another', async () => {
        await page.goto(app.url);
        await page.getByRole('link', { name: 'Sign in' }).click();
        await page.getByRole('button', { name: VICTIM.name }).waitFor();
        const elsewhere = await context.newPage();
        await openForeignPage(START, elsewhere);
        await elsewhere.getByRole('link').click();
        await elsewhere.getByRole('button', { name: VICTIM.name }).waitFor();
        await signInAtHiworks();
        await expectHome({ signedIn: VICTIM.name, connected: 'nothing' });
      });

      it(`a link on a foreign page signs in${echoState ? '' : ', by one more click'}`, async () => {
        await openForeignPage(START);
        await page.getByRole('link').click();
        await signInAtHiworks();
        if (!echoState) {
          expect(await heading()).to.equal('Refused: begun_elsewhere');
          await page.getByRole('link', { name: 'Home' }).click();
          await page.getByRole('link', { name: 'Sign in' }).click();
          await signInAtHiworks();
        }
        await expectHome({ signedIn: VICTIM.name, connected: 'nothing' });
      });
    });
  }

  describe('with a browser that prefetches', () => {
    withHiworks({ echoState: false });

    /** Resolves with the HTTP status of what the page has prefetched. */
    async function prefetch(href: string): Promise<number> {
      const response = page.waitForResponse(href);
      await page.evaluate((href) => {
        document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href }));
      }, href);
      return (await response).status();
    }

    it('a start begins nothing until the click', async () => {
      await page.goto(app.url);
      expect(await prefetch(app.url + START)).to.equal(503);
      expect(await context.cookies()).to.deep.equal([]);
      await page.getByRole('link', { name: 'Sign in' }).click();
      await signInAtHiworks();
      await expectHome({ signedIn: VICTIM.name, connected: 'nothing' });
    });

    it('a callback spends no code until the click', async () => {
      await page.goto(app.url + START);
      const callback = await app.hiworks.signIn(page.url(), VICTIM.userNo);
      await page.goto(app.url);
      expect(await prefetch(callback)).to.equal(503);
      expect(tokenRequests()).to.deep.equal([]);
      await page.goto(callback);
      await expectHome({ signedIn: VICTIM.name, connected: 'nothing' });
    });
  });

  // What SECURITY.md says of 'auto'. If Hiworks returns state, `state: true` closes all three.
  describe('what remains with auto: a forged callback without state', () => {
    withHiworks({ echoState: false });

    it('finishes a login that the person has begun and not finished', async () => {
      await page.goto(app.url + START);
      await openThroughForeignRedirect(await callbackWithoutState());
      await expectHome({ signedIn: ATTACKER.name, connected: 'nothing' });
    });

    it('finishes a login begun by a page of the application that starts it by itself', async () => {
      await attack('/starts-by-itself', await callbackWithoutState());
      await expectHome({ signedIn: ATTACKER.name, connected: 'nothing' });
    });

    it('finishes a login begun by an address that was opened outside the page and redirects', async () => {
      await openThroughForeignRedirect(app.url + START);
      await page.goto(await callbackWithoutState());
      await expectHome({ signedIn: ATTACKER.name, connected: 'nothing' });
    });
  });
});

function redirectOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, (response) => {
      response.resume();
      resolve(response.headers.location ?? '');
    })
      .on('error', reject)
      .end();
  });
}
