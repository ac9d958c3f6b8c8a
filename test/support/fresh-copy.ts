import { dirname, sep } from 'node:path';

const PACKAGE = dirname(require.resolve('passport-hiworks')) + sep;

/** Loads another copy of a module of this package, with module state as in a new process. */
export function freshCopy<T>(specifier: string): T {
  const before = Object.entries(require.cache).filter(([file]) => file.startsWith(PACKAGE));
  const forget = () => {
    for (const file of Object.keys(require.cache).filter((file) => file.startsWith(PACKAGE))) {
      delete require.cache[file];
    }
  };
  forget();
  try {
    return require(specifier);
  } finally {
    forget();
    Object.assign(require.cache, Object.fromEntries(before));
  }
}
