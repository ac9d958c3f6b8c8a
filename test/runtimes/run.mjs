// Runs the checks with every runtime, with the package as it would be published, and the tests of the network with every
// Node.js that knows more of it than the oldest one does. All run, whatever fails on the way.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPacked } from '../install-packed.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '../..');
const node = (major) => `node-${major}/bin/node`;
const mocha = [
  join(root, 'node_modules/mocha/bin/mocha.js'),
  ...['--no-config', '--exit', '--timeout=60000'],
  ...['hooks', 'order'].map((name) => `--require=${join(root, `build/support/${name}.js`)}`),
];
const CHECKS = [
  ...['20', '22', '24', '26'].map((major) => ({ name: 'Node.js', command: node(major) })),
  { name: 'Bun', command: 'bun/bin/bun' },
  { name: 'Deno', command: 'deno/deno', args: ['run', '--allow-all', '--node-modules-dir=manual'] },
].map((runtime) => ({
  ...runtime,
  args: [...(runtime.args ?? []), 'checks.mjs'],
  passing: /^all (\d+) checks passed$/m,
}));
const NETWORK = ['22', '24', '26'].map((major) => ({
  name: 'The network on Node.js',
  command: node(major),
  args: [...mocha, join(root, 'build/network.test.js')],
  passing: /^ +(\d+) passing/m,
}));

/** Runs a runtime and returns its exit code and output. What hangs ends with no exit code. */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(`${folder}node_modules/${command}`, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  return { status, output: `${stdout}${stderr}${error ?? ''}` };
}

installPacked(folder);
for (const { name, command, args, passing } of [...CHECKS, ...NETWORK]) {
  const [version = '?'] = /\d+\.\d+\.\d+/.exec(run(command, ['--version']).output) ?? [];
  const { status, output } = run(command, args);
  const [, passed] = passing.exec(output) ?? [];
  if (status === 0 && passed) {
    console.log(`${name} ${version}: ${passed} passed`);
  } else {
    console.log(`${name} ${version}: FAILED\n${output}`);
    process.exitCode = 1;
  }
}
