// Runs the checks with every runtime, with the package as it would be published. All run, whichever fails on the way.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPacked } from '../install-packed.mjs';
import { MAJORS, nodeOf } from './releases.mjs';

const folder = import.meta.dirname;
installPacked(folder);

const RUNTIMES = [
  ...MAJORS.map((major) => ({ name: 'Node.js', command: nodeOf(major), args: [] })),
  { name: 'Bun', command: join(folder, 'node_modules/bun/bin/bun'), args: [] },
  {
    name: 'Deno',
    command: join(folder, 'node_modules/deno/deno'),
    args: ['run', '--allow-all', '--node-modules-dir=manual'],
  },
];

/** Runs a runtime and returns its exit code and output. What hangs ends with no exit code. */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  return { status, output: `${stdout}${stderr}${error ?? ''}` };
}

for (const { name, command, args } of RUNTIMES) {
  const [version = '?'] = /\d+\.\d+\.\d+/.exec(run(command, ['--version']).output) ?? [];
  const { status, output } = run(command, [...args, 'checks.mjs']);
  const [, passed] = /^all (\d+) checks passed$/m.exec(output) ?? [];
  if (status === 0 && passed) {
    console.log(`${name} ${version}: ${passed} passed`);
  } else {
    console.log(`${name} ${version}: FAILED\n${output}`);
    process.exitCode = 1;
  }
}
