// The releases of Node.js that are supported, each a package of this folder.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installDependencies } from '../install-packed.mjs';

export const MAJORS = ['20', '22', '24', '26'];

/** The path of a release's `node`, which is installed first if it is missing. */
export function nodeOf(major) {
  const path = join(import.meta.dirname, `node_modules/node-${major}/bin/node`);
  if (!existsSync(path)) {
    installDependencies(import.meta.dirname);
  }
  return path;
}

/** The environment in which `node`, of a shebang as well, is that release. */
export function environmentOf(major) {
  return { ...process.env, PATH: `${dirname(nodeOf(major))}:${process.env.PATH}` };
}
