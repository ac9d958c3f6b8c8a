// Runs the logins under each test tool, with the package as it would be published. All run, whatever fails on the way.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPacked } from '../install-packed.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const TOOLS = [
  ['Jest', 'node_modules/.bin/jest', '--ci', '--testTimeout=30000'],
  ['Vitest', 'node_modules/.bin/vitest', 'run', '--testTimeout=30000'],
  ['node --test', process.execPath, '--test', '--test-reporter=spec', 'node.test.js'],
  ['Mocha', 'node_modules/.bin/mocha', '--no-config', '--timeout=30000', 'mocha.test.js'],
];

installPacked(folder);
const failed = TOOLS.filter(([name, command, ...args]) => {
  console.log(`\n--- ${name}`);
  return spawnSync(command, args, { cwd: folder, stdio: 'inherit' }).status !== 0;
});
for (const [name] of failed) {
  console.error(`${name} failed`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
