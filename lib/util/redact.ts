import { UNPRINTABLE } from './printable.js';

const MAX_LENGTH = 200;
// Too short to be secret; redacting them would garble ordinary text.
const MIN_SECRET_LENGTH = 4;
const CREDENTIAL_NAME = /token|secret|auth_code/i;

/**
 * Makes untrusted text safe to log: one line, no control characters, at most 200 characters. Returns `undefined` for
 * anything but a string with visible text.
 */
export function sanitize(text: unknown): string | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const line = text.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();
  return [...line].slice(0, MAX_LENGTH).join('') || undefined;
}

/** `text` with every one of `secrets` replaced by `[hidden]`, also percent-encoded or escaped in JSON. */
export function redact(text: string, secrets: readonly string[]): string {
  // The longest first: one secret may be part of another.
  const found = secrets.filter((secret) => contains(text, [secret])).sort((a, b) => b.length - a.length);
  return found.flatMap(forms).reduce((redacted, form) => redacted.replaceAll(form, '[hidden]'), text);
}

/** The members of a flat object that may be stored: no objects, nothing named like a credential, none of `secrets`. */
export function omitSecrets(
  object: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(object)) {
    const value = object[name];
    const isFlat = typeof value !== 'object' || value === null;
    if (isFlat && !CREDENTIAL_NAME.test(name) && !contains(String(value), secrets)) {
      kept[name] = value;
    }
  }
  return kept;
}

function contains(text: string, secrets: readonly string[]): boolean {
  for (const secret of secrets) {
    const mayBe = secret.length >= MIN_SECRET_LENGTH && secret.length <= text.length;
    if (mayBe && forms(secret).some((form) => text.includes(form))) {
      return true;
    }
  }
  return false;
}

function forms(secret: string): string[] {
  // JSON can hold half a surrogate pair, which cannot be encoded: the Buffer replaces it.
  return [secret, encodeURIComponent(String(Buffer.from(secret))), JSON.stringify(secret).slice(1, -1)];
}
