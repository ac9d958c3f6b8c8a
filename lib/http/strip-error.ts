import { redact, sanitize } from '../util/redact.js';

/**
 * Reduces an error of the network, an agent or a mock to a message and a `code` that are safe to log. Such errors may quote the
 * request, carry raw packets or certificates, and hold anything in place of a message.
 */
export function stripError(error: unknown, secrets: readonly string[]): Error {
  const clean = (text: unknown) =>
    typeof text === 'string' ? sanitize(redact(text.replace(/\/\/[^/@\s]*@/g, '//'), secrets)) : undefined;
  const { message, code } = readFields(error);
  return Object.assign(new Error(clean(message) ?? clean(code) ?? 'no reason given'), {
    code: typeof code === 'number' ? code : clean(code),
  });
}

function readFields(error: unknown): { message?: unknown; code?: unknown } {
  try {
    const { message, code, errors } = error as AggregateError & NodeJS.ErrnoException;
    // If a host has several addresses, Node's error is an AggregateError without a message.
    return { message: message || errors?.map((each: Error) => each.message).join('; ') || error, code };
  } catch {
    // A getter may throw.
    return {};
  }
}
