import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('.', import.meta.url));

/** Installs the contestants from the lockfile where they are missing, and this package as it would be published. */
export function install() {
  if (!existsSync(join(BENCH, 'node_modules', 'passport-oauth2'))) {
    npm(['ci'], BENCH);
  }
  const target = join(BENCH, 'node_modules', 'passport-hiworks');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  const [{ filename }] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', target], join(BENCH, '..')),
  );
  execFileSync('tar', ['-xzf', filename, '--strip-components=1'], { cwd: target });
  rmSync(join(target, filename));
}

function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
}
