import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const NAMES = [
  'passport-oauth2',
  'passport-hiworks',
  'passport-google-oauth20',
  'passport-naver-v2',
  'openid-client',
  'undici',
];

/** How many packages each strategy installs and their bytes on disk, types (`@types/…`) left out. */
export function packages() {
  return Object.fromEntries(
    NAMES.map((name) => {
      const folders = [...tree(name, FOLDER, new Set())];
      return [name, { count: folders.length, bytes: folders.reduce((sum, folder) => sum + size(folder), 0) }];
    }),
  );
}

function tree(name, from, seen) {
  const folder = resolve(name, from);
  if (!seen.has(folder)) {
    seen.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies).filter((name) => !name.startsWith('@types/'))) {
      tree(dependency, folder, seen);
    }
  }
  return seen;
}

function resolve(name, from) {
  const folder = join(from, 'node_modules', name);
  if (existsSync(folder)) {
    return realpathSync(folder);
  }
  if (from === dirname(from)) {
    throw new Error(`${name} is not installed`);
  }
  return resolve(name, dirname(from));
}

function size(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? size(path) : statSync(path).size);
    }, 0);
}
