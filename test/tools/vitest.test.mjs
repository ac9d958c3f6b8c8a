import { afterEach, beforeEach, test, vi } from 'vitest';
import { logins } from './logins.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', () => {
    throw new Error('a test replaced fetch');
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each(Object.entries(logins))('%s', (_name, login) => login());
