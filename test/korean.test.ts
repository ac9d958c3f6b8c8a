import { TextDecoder } from 'node:util';
import { expect } from 'chai';
import type * as korean from '../dist/http/korean.js';

const decoder = new TextDecoder('euc-kr', { fatal: true });
let decodeKorean: typeof korean.decodeKorean;

const decode = (hex: string) => decodeKorean(Buffer.from(hex, 'hex'), decoder);

function decodePair(lead: number, trail: number): string | undefined {
  try {
    return decodeKorean(Buffer.from([lead, trail]), decoder);
  } catch {
    return undefined;
  }
}

describe('Korean text that is not UTF-8', () => {
  // Each text is the first of its process, when nothing is known of the charset yet.
  beforeEach(() => {
    const file = require.resolve('../dist/http/korean.js');
    delete require.cache[file];
    ({ decodeKorean } = require(file) as typeof korean);
  });

  it('has syllables of KS X 1001, those that CP949 added to it, and ASCII in any order', () => {
    expect(decode('')).to.equal('');
    expect(decode('{"name":"A"}'.replace(/./g, (letter) => Buffer.from(letter).toString('hex')))).to.equal(
      '{"name":"A"}',
    );
    expect(decode('c8abb1e6b5bf')).to.equal('홍길동');
    expect(decode('41c8ab8c63b1e642bc8494eeb5bf43')).to.equal('A홍똠길B펲뷁동C');
    expect(decode('8141c652')).to.equal('갂힣');
  });

  it('has each of the 11,172 syllables of Unicode once', () => {
    const syllables: string[] = [];
    for (let lead = 0x80; lead <= 0xff; lead++) {
      for (let trail = 0; trail <= 0xff; trail++) {
        const character = decodePair(lead, trail);
        if (character !== undefined && /^[가-힣]$/.test(character)) {
          syllables.push(character);
        }
      }
    }
    expect(syllables).to.have.lengthOf(11_172);
    expect(new Set(syllables)).to.have.property('size', 11_172);
  });

  it('does not have half a syllable, or bytes that are none', () => {
    for (const hex of ['8c', 'c8', '8c20', '8022', '8c5b', 'c653', 'c85a', 'fea0', 'ffff']) {
      expect(() => decode(`41${hex}`), hex).to.throw(TypeError, /euc-kr/);
    }
  });
});
