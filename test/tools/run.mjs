// Runs the logins under each test tool, with the package as it would be published. All run, even if one fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPacked } from '../install-packed.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const TOOLS = [
  ['Jest', 2, 'node_modules/.bin/jest', '--ci', '--testTimeout=30000'], // in two environments
  ['Vitest', 1, 'node_modules/.bin/vitest', 'run', '--testTimeout=30000'],
  ['node --test', 1, process.execPath, '--test', '--test-reporter=spec', 'node.test.js'],
  ['Mocha', 1, 'node_modules/.bin/mocha', '--no-config', '--timeout=30000', 'mocha.test.js'],
];

installPacked(folder);
const { logins } = createRequire(import.meta.url)('./logins.js');
const expected = Object.keys(logins).length;
const temporary = mkdtempSync(join(tmpdir(), 'passport-hiworks-'));
const record = join(temporary, 'logins');

const failed = TOOLS.filter(([name, times, command, ...args]) => {
  console.log(`\n--- ${name}`);
  writeFileSync(record, '');
  // A server that is not closed must not keep a tool running.
  const options = {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, LOGINS: record, NO_PROXY: '*', no_proxy: '*' },
    timeout: 120_000,
  };
  const { status, error } = spawnSync(command, args, options);
  const executed = readFileSync(record, 'utf8').length;
  console.log(
    `${name}: exit code ${error?.code ?? status}, ${executed} of ${times * expected} logins executed`,
  );
  return status !== 0 || executed !== times * expected;
});
rmSync(temporary, { recursive: true });
for (const [name] of failed) {
  console.error(`${name} failed`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
