import { sanitize } from '../../util/redact.js';
import { type Field, type Finding, fieldsOf } from './findings.js';

/** Makes values fit for the report, as code in Markdown. */
export class Mask {
  private readonly secrets: string[];
  private readonly repeated: string[];

  /** `secrets` are those that were sent; those that came back are found in the exchanges. */
  constructor(secrets: readonly string[], exchanges: readonly Finding[]) {
    const values = exchanges
      .flatMap(({ state, came }) => [['state', state, false] as Field, ...fieldsOf(came)])
      .filter(([, value, isOpen]) => isScalar(value) && !isOpen)
      .map(([, value]) => String(value))
      .filter(({ length }) => length >= 2);
    this.repeated = [...new Set(values.filter((value) => values.indexOf(value) < values.lastIndexOf(value)))];
    // The longest first: a short one inside a long one would leave the rest of it.
    this.secrets = [...new Set([...secrets, ...values])].sort((a, b) => b.length - a.length);
  }

  /**
   * A text from outside on one line, at most 200 characters, with `***` in place of everything private, and of anything
   * that looks like a token, an e-mail address or the number of a user.
   */
  clean(text: string): string {
    let open = text;
    for (const secret of this.secrets) {
      // JSON can contain half a surrogate pair, which cannot be encoded: the Buffer replaces it.
      const encoded = encodeURIComponent(String(Buffer.from(secret)));
      open = open.replaceAll(secret, '***').replaceAll(encoded, '***');
    }
    const clean = (sanitize(open) ?? ' ')
      .replace(/[^\s@]+@[^\s@]+/g, '***')
      .replace(/[a-z\d]{16,}|(?=[\w-]*\d)[\w-]{16,}|\d{5,}/gi, '***')
      .replaceAll('`', "'")
      .replaceAll('|', '\\|');
    return `\`${clean}\``;
  }

  /** A field with its value if that may be shown, otherwise with its type and length. */
  field([path, value, isOpen]: Field): string {
    const text = isOpen && isScalar(value) ? `${typeof value} ${this.clean(String(value))}` : shape(value);
    return `${path === '' ? 'JSON:' : this.clean(path)} ${text}${this.label(value)}`;
  }

  /** Marks a private value that occurs more than once, so that equal values can be recognised. */
  label(value: unknown): string {
    const index = isScalar(value) ? this.repeated.indexOf(String(value)) : -1;
    return index === -1 ? '' : ` (value ${index + 1})`;
  }
}

function isScalar(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function shape(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return `an ${Array.isArray(value) ? 'array' : 'object'} of ${Object.keys(value).length}`;
  }
  if (!isScalar(value)) {
    return value === '' ? 'an empty string' : value === null ? 'null' : 'a boolean';
  }
  const text = String(value);
  const characters = /^\d+$/.test(text) ? 'digits' : /^[a-z\d]+$/.test(text) ? '[a-z0-9]' : 'characters';
  const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
  return `a ${typeof value} of ${text.length} ${characters}${isInexact ? ', not exact in JavaScript' : ''}`;
}
