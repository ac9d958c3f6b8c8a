import { types } from 'node:util';

/**
 * Calls a function of the application's that takes a callback, and resolves with what it hands to the callback after the
 * error. What it throws or, if it is async, rejects with counts as its error. `asError` makes the error of the whole of it.
 */
export function promised<Values extends unknown[]>(
  call: (done: (error?: unknown, ...values: Partial<Values>) => void) => unknown,
  asError: (error: unknown) => unknown = (error) => error,
): Promise<Partial<Values>> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(asError(error));
    try {
      const returned = call((error, ...values) => (error ? refuse(error) : resolve(values)));
      if (types.isPromise(returned)) {
        returned.catch(refuse);
      }
    } catch (error) {
      refuse(error);
    }
  });
}
