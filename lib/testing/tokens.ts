import { randomInt } from 'node:crypto';

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A random string of 32 characters `[a-z0-9]`, the form of Hiworks' codes and tokens (seen, not documented). */
export function randomToken(): string {
  return Array.from({ length: 32 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
}

/** Makes a random token for `value` and keeps the two in `tokens`. */
export function issue<T>(tokens: Map<string, T>, value: T): string {
  const token = randomToken();
  tokens.set(token, value);
  return token;
}
