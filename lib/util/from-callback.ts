import { types } from 'node:util';

/**
 * Calls an application's function that takes a callback, and resolves with the values after the error. What it throws or,
 * if it is async, rejects with counts as its error. `asError` may replace the error.
 */
export function fromCallback<Values extends unknown[]>(
  call: (done: (error?: unknown, ...values: Partial<Values>) => void) => unknown,
  asError: (error: unknown) => unknown = (error) => error,
): Promise<Partial<Values>> {
  return new Promise((resolve, reject) => {
    try {
      const returned = call((error, ...values) => (error ? reject(asError(error)) : resolve(values)));
      if (types.isPromise(returned)) {
        returned.catch((error) => reject(asError(error)));
      }
    } catch (error) {
      reject(asError(error));
    }
  });
}
