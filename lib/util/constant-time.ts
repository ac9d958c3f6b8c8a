import { timingSafeEqual } from 'node:crypto';

/** Compares a secret with what came from outside, in a time that tells nothing about where they differ. */
export function equal(secret: string, given: string): boolean {
  const expected = Buffer.from(secret);
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
