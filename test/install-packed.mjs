import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Installs the dependencies of `project` where they are missing or old. */
export function installDependencies(project) {
  const installed = statSync(join(project, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  if (!installed || installed.mtimeMs < statSync(join(project, 'package-lock.json')).mtimeMs) {
    npm(['ci', ...quietly], project);
  }
}

/** Installs the dependencies of `project`, and the package as it would be published. */
export function installPacked(project) {
  installDependencies(project);
  const tarballs = mkdtempSync(join(tmpdir(), 'passport-hiworks-'));
  try {
    npm(['pack', '--silent', '--pack-destination', tarballs], root);
    const { name, version } = JSON.parse(npm(['pkg', 'get', 'name', 'version'], root));
    const tarball = join(tarballs, `${name}-${version}.tgz`);
    npm(['install', '--no-save', '--prefer-offline', ...quietly, tarball], project);
  } finally {
    rmSync(tarballs, { recursive: true });
  }
}

function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
