import { expect } from 'chai';
import { isPrintable } from '../dist/util/printable.js';

/** The code points that `category` matches and that are printable, or not. */
function codePoints(category: RegExp, printable: boolean): string[] {
  const found: string[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    if (category.test(character) && isPrintable(character) === printable) {
      found.push(codePoint.toString(16));
    }
  }
  return found;
}

describe('Printable text', () => {
  it('has no control, format, private or unassigned character, half of a surrogate pair or line separator', () => {
    expect(codePoints(/[\p{C}\p{Zl}\p{Zp}]/u, true)).to.deep.equal([]);
  });

  it('has none of the characters that reorder or hide text', () => {
    expect(
      codePoints(/\p{Bidi_C}|[\u00ad\u200b-\u200d\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/u, true),
    ).to.deep.equal([]);
  });

  it('may have every letter, number, punctuation mark, symbol and space', () => {
    expect(codePoints(/[\p{L}\p{N}\p{P}\p{S}\p{Zs}]/u, false)).to.deep.equal([]);
  });

  for (const value of ['', undefined, null, 7, {}]) {
    it(`is not ${JSON.stringify(value)}`, () => {
      expect(isPrintable(value)).to.equal(false);
    });
  }
});
