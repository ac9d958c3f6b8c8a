// Installs what the recipes need, the package itself included, and copies them to where they find it.
import { execSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installPacked } from '../install-packed.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const tools = fileURLToPath(new URL('../tools/', import.meta.url));
const recipes = fileURLToPath(new URL('../../examples/recipes', import.meta.url));

const installed = statSync(`${here}node_modules/.package-lock.json`, { throwIfNoEntry: false });
if (!installed || installed.mtimeMs < statSync(`${here}package-lock.json`).mtimeMs) {
  execSync('npm ci --loglevel=error --no-audit --no-fund', { cwd: here, stdio: 'inherit' });
}

// The recipe for tests runs with the test tools, which have a folder of their own; the others take the package from there.
installPacked(tools);
for (const [from, to] of [
  [`${tools}node_modules/passport-hiworks`, `${here}node_modules/passport-hiworks`],
  [recipes, `${here}build`],
]) {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}
