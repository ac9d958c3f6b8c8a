import { isPrintable } from '../util/printable.js';

// Hiworks' codes have 32 characters; no proxy or framework passes on a much longer URL than this allows.
const MAX_CREDENTIAL_LENGTH = 512;

/** Returns why a credential from a URL is invalid; `undefined` for one non-empty printable string of a reasonable length. */
export function validateCredential(credential: unknown, maxLength = MAX_CREDENTIAL_LENGTH): string | undefined {
  if (credential === undefined) {
    return 'is missing';
  }
  if (typeof credential !== 'string') {
    return 'is repeated or is an object';
  }
  if (credential.trim() === '') {
    return 'is empty';
  }
  if (credential.length > maxLength) {
    return `is longer than ${maxLength} characters`;
  }
  return isPrintable(credential) ? undefined : 'contains control characters';
}
