// Builds the examples, after whatever they need: the dependencies, where they are missing or old, and the package
// itself, which then lies in node_modules as it would in any application.
import { execSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const examples = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

function run(command, cwd) {
  // Standard output is for the example that is started afterwards.
  execSync(command, { cwd, stdio: ['ignore', process.stderr, process.stderr] });
}

function install(folder) {
  const installed = statSync(`${folder}/node_modules/.package-lock.json`, { throwIfNoEntry: false });
  if (!installed || installed.mtimeMs < statSync(`${folder}/package-lock.json`).mtimeMs) {
    run('npm ci --loglevel=error --no-audit --no-fund', folder);
  }
}

install(root);
run('npm run -s build', root);
install(examples);
for (const part of ['dist', 'package.json']) {
  const copy = `${examples}/node_modules/passport-hiworks/${part}`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(`${root}/${part}`, copy, { recursive: true });
}
rmSync(`${examples}/build`, { recursive: true, force: true });
run('node node_modules/typescript/bin/tsc -p .', examples);
