/** Control, format, private and unassigned characters, halves of surrogate pairs, line and paragraph separators. */
export const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** True for a string that is not empty and holds none of {@link UNPRINTABLE}. */
export function isPrintable(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && text.search(UNPRINTABLE) < 0;
}
