import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository. */
export const root = resolve(__dirname, '../..');

/** Where `prepare.mjs` has put the copies of the examples. */
export const folder: string = JSON.parse(readFileSync(join(root, 'build/frameworks.json'), 'utf8')).folder;

/** The lockfile that they were installed from. */
export const lock: {
  packages: Record<string, { version?: string; resolved?: string; dependencies?: object }>;
} = JSON.parse(readFileSync(join(root, 'test/frameworks/package-lock.json'), 'utf8'));

/** Where a package is that a workspace gets: in the workspace itself or above it. */
export function pathOf(workspace: string, name: string): string {
  const own = `${workspace}/node_modules/${name}`;
  const path = own in lock.packages ? own : `node_modules/${name}`;
  if (!(path in lock.packages)) {
    throw new Error(`${name} is not in the lockfile`);
  }
  return path;
}

/** The release of a package that a workspace gets: `versionOf('express-4', 'express')`. */
export function versionOf(workspace: string, name: string): string {
  return lock.packages[pathOf(workspace, name)]?.version ?? '';
}

/** Names and releases for a title: `'koa 3.3.0, koa-session 7.0.2'`. */
export function named(workspace: string, ...names: string[]): string {
  return names.map((name) => `${name} ${versionOf(workspace, name)}`).join(', ');
}
