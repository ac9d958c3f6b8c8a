const MAX_LENGTH = 200;
// Shorter ones keep nothing secret, and hiding them would spoil ordinary words.
const MIN_SECRET_LENGTH = 4;
// Assigning to `__proto__` would not make a field of that name.
const CREDENTIAL_NAME = /token|secret|auth_code|^__proto__$/i;

/**
 * A stranger's text made fit for a log: one line, no control characters, at most 200 characters. Returns `undefined`
 * for anything but a string with something in it.
 */
export function sanitize(text: unknown): string | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return [...line].slice(0, MAX_LENGTH).join('') || undefined;
}

/** `text` with every one of `secrets` replaced by `[hidden]`, also if it is percent-encoded. */
export function redact(text: string, secrets: readonly string[]): string {
  let redacted = text;
  // The longest first: one secret may be part of another.
  const found = secrets.filter((secret) => holds(text, secret)).sort((a, b) => b.length - a.length);
  for (const secret of found) {
    redacted = redacted.replaceAll(secret, '[hidden]').replaceAll(percentEncoded(secret), '[hidden]');
  }
  return redacted;
}

/**
 * The fields of a flat response that are fit for a profile: those that are not objects, are not named like a
 * credential, and hold none of `secrets`.
 */
export function omitSecrets(
  fields: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if ((typeof value !== 'object' || value === null) && !CREDENTIAL_NAME.test(name)) {
      if (!holdsAny(name, secrets) && !holdsAny(String(value), secrets)) {
        kept[name] = value;
      }
    }
  }
  return kept;
}

function holdsAny(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => holds(text, secret));
}

function holds(text: string, secret: string): boolean {
  return (
    secret.length >= MIN_SECRET_LENGTH &&
    secret.length <= text.length &&
    (text.includes(secret) || text.includes(percentEncoded(secret)))
  );
}

// JSON can hold half a surrogate pair, which cannot be encoded: the Buffer replaces it.
function percentEncoded(secret: string): string {
  return encodeURIComponent(String(Buffer.from(secret)));
}
