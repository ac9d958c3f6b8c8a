import type { TextDecoder } from 'node:util';

/**
 * Decodes text in the WHATWG's euc-kr, that is, CP949. `decoder` is Node's own, fatal, which stops at the 2,350 syllables of
 * KS X 1001: it makes two characters of 똠. Throws for bytes that are no text.
 */
export function decodeKorean(body: Buffer, decoder: TextDecoder): string {
  let text = '';
  let begin = 0;
  for (let at = 0; at < body.length; at++) {
    const lead = body.readUInt8(at);
    if (lead >= 0x80) {
      const trail = body[at + 1] ?? 0;
      if (lead < 0xa1 || trail < 0xa1) {
        text += decoder.decode(body.subarray(begin, at)) + addedSyllable(lead, trail, decoder);
        begin = at + 2;
      }
      at += 1;
    }
  }
  return text + decoder.decode(body.subarray(begin));
}

// CP949 puts the other 8,822 syllables, in the order of Unicode, into the pairs of bytes that KS X 1001 leaves free.
function addedSyllable(lead: number, trail: number, decoder: TextDecoder): string {
  const column = FREE_TRAILS.indexOf(trail);
  const index = lead <= 0xa0 ? (lead - 0x81) * 178 + column : 0x20 * 178 + (lead - 0xa1) * 84 + column;
  added ??= addedSyllables(decoder);
  const syllable = column < 0 ? undefined : added[index];
  if (syllable === undefined) {
    throw new TypeError('the text is not in euc-kr');
  }
  return syllable;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const FREE_TRAILS = [...range(0x41, 0x5a), ...range(0x61, 0x7a), ...range(0x81, 0xfe)];

let added: string[] | undefined;

function addedSyllables(decoder: TextDecoder): string[] {
  const rows = range(0xb0, 0xc8).flatMap((lead) => range(0xa1, 0xfe).flatMap((trail) => [lead, trail]));
  const known = new Set(decoder.decode(Uint8Array.from(rows)));
  return range(0xac00, 0xd7a3)
    .map((code) => String.fromCharCode(code))
    .filter((syllable) => !known.has(syllable));
}
