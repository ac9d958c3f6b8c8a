import type { Page } from 'puppeteer-core';

/** By how many pixels the page scrolls sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The texts whose contrast is below WCAG 2.2's AA, 4.5, or 3 where they are large. For plain background colours. */
export function paleTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);

    function luminance(color: number[]): number {
      const [red = 0, green = 0, blue = 0] = color.map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }

    function background(element: Element | null): number[] {
      if (!element) return [255, 255, 255];
      const color = channels(getComputedStyle(element).backgroundColor);
      return color[3] === 0 ? background(element.parentElement) : color;
    }

    function isPale(element: Element): boolean {
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const shades = [luminance(channels(color)), luminance(background(element))];
      const contrast = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
      const size = Number.parseFloat(fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
      return contrast < (isLarge ? 3 : 4.5);
    }

    const hasText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    return [...document.body.querySelectorAll('*')]
      .filter((element) => hasText(element) && isPale(element))
      .map((element) => element.textContent ?? '');
  });
}

/** The words that a line break splits in two. Addresses and overlong text are left out. */
export function brokenWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const words: { node: Node; start: number; word: string }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      // An address breaks wherever it is too long, and its random parts are not read.
      const text = (node.textContent ?? '').replace(/\S*\/\S*/g, (address) => ' '.repeat(address.length));
      for (const { 0: word, index } of text.matchAll(/[^\s-]+/g)) {
        words.push({ node, start: index, word });
      }
    }

    function isBroken({ node, start, word }: (typeof words)[number]): boolean {
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, start + word.length);
      return new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top))).size > 1;
    }

    return words
      .filter(({ word }) => word.length <= 40)
      .filter(isBroken)
      .map(({ word }) => word);
  });
}
