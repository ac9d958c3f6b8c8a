import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import { launchWebKit } from './webkit.js';

/** A running browser. */
export interface Engine {
  /** Opens a tab in a profile of its own, without cookies. One at a time: WebKit's driver knows no more. */
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

/** A tab, as far as a login needs one. */
export interface Tab {
  /** Navigates as from the address bar, and waits until the page is loaded. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  /** Clicks with the mouse on the link or button with this text, once it is there. */
  click(text: string): Promise<void>;
  /** Clicks where the mouse is. */
  clickAgain(): Promise<void>;
  /** Resolves once the page contains this text. */
  shows(text: string): Promise<void>;
  /** Closes the tab, its popups and its profile. */
  close(): Promise<void>;
}

export const ENGINES = { Chromium: launchChromium, Firefox: launchFirefox, WebKit: launchWebKit };

export type EngineName = keyof typeof ENGINES;

/** Debian's Chromium and Firefox, to which `*.test` is this machine, and which accept the certificate of the tests. */
const OPTIONS = {
  Chromium: {
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--no-proxy-server',
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  },
  Firefox: {
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    extraPrefsFirefox: { 'network.dns.localDomains': 'app.test,evil.test', 'network.proxy.type': 0 },
  },
} satisfies Record<string, LaunchOptions>;

/** Starts a browser that puppeteer drives. Rejects with what to install if it is missing. */
export function launchBrowser(name: keyof typeof OPTIONS): Promise<Browser> {
  requireInstalled(OPTIONS[name].executablePath);
  return puppeteer.launch({ ...OPTIONS[name], headless: true, acceptInsecureCerts: true });
}

/** Throws what to install if a program is missing. */
export function requireInstalled(path: string): void {
  if (!existsSync(path)) {
    throw new Error(
      `There is no ${path}. On Debian: apt-get install chromium firefox-esr fonts-nanum webkit2gtk-driver xvfb`,
    );
  }
}

/** An XPath of what can be clicked and has this text. */
export const clickable = (text: string) => `//*[self::a or self::button][contains(., "${text}")]`;

async function launchChromium(): Promise<Engine> {
  return engineOf(await launchBrowser('Chromium'));
}

async function launchFirefox(): Promise<Engine> {
  return engineOf(await launchBrowser('Firefox'));
}

function engineOf(browser: Browser): Engine {
  return {
    async newTab() {
      const context = await browser.createBrowserContext();
      return tabOf(await context.newPage(), () => context.close());
    },
    close: () => browser.close(),
  };
}

function tabOf(page: Page, close: () => Promise<void>): Tab {
  return {
    async open(url) {
      // A popup may be in front: a page that is not does not respond to clicks.
      await page.bringToFront();
      await page.goto(url);
    },
    async reload() {
      await page.reload();
    },
    async back() {
      await page.goBack();
    },
    async click(text) {
      const element = await page.waitForSelector(`::-p-xpath(${clickable(text)})`);
      await element?.click();
    },
    async clickAgain() {
      await page.mouse.down();
      await page.mouse.up();
    },
    async shows(text) {
      await page.waitForSelector(`::-p-xpath(//body[contains(., "${text}")])`);
    },
    close,
  };
}
