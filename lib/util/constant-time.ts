import { timingSafeEqual } from 'node:crypto';

/** Compares a secret with untrusted input, in constant time. */
export function equal(secret: string, given: string): boolean {
  const expected = Buffer.from(secret);
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
