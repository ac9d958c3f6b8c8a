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
    const fail = (error: unknown) => reject(asError(error));
    try {
      const returned = call((error, ...values) => (error ? fail(error) : resolve(values)));
      if (types.isPromise(returned)) {
        returned.catch(fail);
      }
    } catch (error) {
      fail(error);
    }
  });
}
