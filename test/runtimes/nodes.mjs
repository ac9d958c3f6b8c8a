// Runs the whole suite with every supported Node.js but the one that runs this, and once more behind a proxy of the
// environment, as on a company's machines: nothing listens there, so any request to it fails. All run,
// whichever fails on the way.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, MAJORS, nodeOf } from './releases.mjs';

const root = join(import.meta.dirname, '../..');
const files = readdirSync(join(root, 'build')).filter((name) => name.endsWith('.test.js'));
const mocha = ['node_modules/mocha/bin/mocha.js', '--parallel', '--jobs=2', '--reporter=dot'];
const proxy = 'http://127.0.0.1:9';
const behindProxy = {
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: proxy,
  HTTPS_PROXY: proxy,
  NO_PROXY: '',
  no_proxy: '',
};

const own = process.versions.node.split('.')[0];
const RUNS = [
  ...MAJORS.filter((major) => major !== own).map((major) => ({ major, env: {} })),
  { major: '24', env: behindProxy },
];

for (const { major, env } of RUNS) {
  console.log(`\n--- Node.js ${major}${env === behindProxy ? ' behind a proxy' : ''}`);
  const args = [...mocha, ...files.map((name) => `build/${name}`)];
  const { status } = spawnSync(nodeOf(major), args, {
    cwd: root,
    env: { ...environmentOf(major), ...env },
    stdio: 'inherit',
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  if (status !== 0) {
    console.log(`Node.js ${major} failed`);
    process.exitCode = 1;
  }
}
