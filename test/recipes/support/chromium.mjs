import puppeteer from 'puppeteer-core';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];

/** Debian's Chromium, which accepts the certificates that the tests make. `newPage` has cookies of its own. */
export async function launchChromium(...args) {
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    args: [...ARGS, ...args],
    acceptInsecureCerts: true,
  });
  return {
    newPage: async () => (await browser.createBrowserContext()).newPage(),
    close: () => browser.close(),
  };
}

/** Clicks on the link or button with this text, in a page or a frame, once it is there. */
export function click(page, text) {
  return page.locator(`::-p-xpath(//*[self::a or self::button][contains(., "${text}")])`).click();
}

/** Resolves once the page or frame shows this text. */
export function shows(page, text) {
  return page.waitForFunction((text) => document.body?.innerText.includes(text), {}, text);
}
