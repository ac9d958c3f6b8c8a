// Runs the checks with every runtime, with the package as it would be published. All run, whatever fails on the way.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPacked } from '../install-packed.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const RUNTIMES = [
  ...['20', '22', '24', '26'].map((major) => ({ name: 'Node.js', command: `node-${major}/bin/node` })),
  { name: 'Bun', command: 'bun/bin/bun' },
  { name: 'Deno', command: 'deno/deno', args: ['run', '--allow-all', '--node-modules-dir=manual'] },
];

/** Runs a runtime and returns its exit code and output. What hangs ends with no exit code. */
function run(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(`${folder}node_modules/${command}`, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  return { status, output: `${stdout}${stderr}${error ?? ''}` };
}

installPacked(folder);
const versions = { passed: [], failed: [] };
for (const { name, command, args = [] } of RUNTIMES) {
  const [version = '?'] = /\d+\.\d+\.\d+/.exec(run(command, '--version').output) ?? [];
  const { status, output } = run(command, ...args, 'checks.mjs');
  const hasPassed = status === 0 && output.includes('\nall passed\n');
  versions[hasPassed ? 'passed' : 'failed'].push(`${name} ${version}`);
  const checks = output.match(/^ok - /gm) ?? [];
  console.log(`${name} ${version}: ${checks.length} checks passed`);
  if (!hasPassed) {
    console.log(output);
  }
}
console.log(`\nPassed: ${versions.passed.join(', ')}`);
if (versions.failed.length > 0) {
  console.log(`Failed: ${versions.failed.join(', ')}`);
  process.exitCode = 1;
}
