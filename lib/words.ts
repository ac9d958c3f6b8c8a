const LONGEST = 200;
// Shorter ones keep nothing secret, and blotting them out would spoil ordinary words.
const SHORTEST_SECRET = 4;

/**
 * A stranger's text made fit for a log: one line, no control characters, none of `secrets`, at most 200 characters.
 * Gives `undefined` for anything but a string with something in it.
 */
export function words(text: unknown, secrets: readonly string[] = []): string | undefined {
  if (typeof text !== 'string') {
    return undefined;
  }
  const clean = withoutSecrets(text, secrets)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return [...clean].slice(0, LONGEST).join('') || undefined;
}

/** `text` with every one of `secrets` replaced, also where it stands percent-encoded. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  // Most texts are too short to hold a secret. The longest first: one secret may be a part of another.
  const longestFirst = secrets
    .filter(({ length }) => length >= SHORTEST_SECRET && length <= text.length)
    .sort((one, other) => other.length - one.length);
  for (const secret of longestFirst) {
    // JSON can hold half a surrogate pair, which cannot be encoded: the Buffer replaces it.
    for (const form of [secret, encodeURIComponent(String(Buffer.from(secret)))]) {
      clean = clean.replaceAll(form, '[hidden]');
    }
  }
  return clean;
}
