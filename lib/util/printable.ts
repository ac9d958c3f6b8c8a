/**
 * Control characters, the formatting ones that hide or reorder text, line separators, halves of surrogate pairs, private use. As
 * ranges, since `\p{C}` adds half a millisecond to the import.
 */
export const UNPRINTABLE =
  /[^ -~\u{a0}-\u{dffff}]|[\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\ufffb\ufffe\uffff]/gu;

/** True for a string that is not empty and holds none of {@link UNPRINTABLE}. */
export function isPrintable(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && text.search(UNPRINTABLE) < 0;
}
