import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** Where the examples' dependencies are installed. */
export const installed = `${root}/examples/node_modules`;

/** The releases that the suite runs, by name. */
export const versions: Record<string, string> = JSON.parse(
  execFileSync(process.execPath, [`${root}/test/frameworks/versions.mjs`], { encoding: 'utf8' }),
);

/** Names and releases, for a title: `'koa 3.3.0, koa-session 7.0.2'`. */
export function named(...names: string[]): string {
  return names.map((name) => `${name} ${versions[name]}`).join(', ');
}
