import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Debian's Chromium. Rejects with what to install if it is missing. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`There is no ${CHROMIUM}. On Debian: apt-get install chromium fonts-nanum`);
  }
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** The path of a picture under build/screenshots. */
export function screenshot(name: string): string {
  const folder = join(__dirname, '../screenshots');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
