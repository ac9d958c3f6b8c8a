import { types } from 'node:util';

/**
 * Calls a function of the application's that takes a callback, and resolves with what it hands to the callback after the
 * error. What it throws or, if it is async, rejects with counts as its error.
 */
export function promised<Values extends unknown[]>(
  call: (done: (error?: unknown, ...values: Partial<Values>) => void) => unknown,
): Promise<Partial<Values>> {
  return new Promise((resolve, reject) => {
    const returned = call((error, ...values) => (error ? reject(error) : resolve(values)));
    if (types.isPromise(returned)) {
      returned.catch(reject);
    }
  });
}
