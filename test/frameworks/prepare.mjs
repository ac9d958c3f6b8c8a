// Prepares what the suite runs: every example, copied to a folder outside of the repository as a user would copy it, and
// the packed package in place of the published one. They are npm workspaces, so that one install serves them all.
//
//   node test/frameworks/prepare.mjs              installs what package-lock.json says, and builds what has to be built
//   node test/frameworks/prepare.mjs --no-build   installs only
//   node test/frameworks/prepare.mjs --update     writes package-lock.json anew, after a change of any package.json
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
// One folder for each clone of the repository.
const clone = createHash('sha256').update(root).digest('hex').slice(0, 8);
const folder = join(tmpdir(), `passport-hiworks-examples-${clone}`);
const COPIED_FROM = { examples: join(root, 'examples'), suite: join(root, 'test', 'frameworks') };
const LOCKFILE = join(COPIED_FROM.suite, 'package-lock.json');
const STAMP = join(folder, 'installed.txt');

/** The examples: every folder that depends on the published package. */
const examples = readdirSync(COPIED_FROM.examples).filter((name) => {
  const manifest = join(COPIED_FROM.examples, name, 'package.json');
  return (
    existsSync(manifest) &&
    readJSON(manifest).dependencies?.['passport-hiworks'] &&
    !['recipes', 'start'].includes(name)
  );
});

/** Examples once more, with other releases of what they depend on. */
const variants = [
  { name: 'express-4', of: 'express', dependencies: { express: '^4.18.0' } },
  {
    name: 'nestjs-11',
    of: 'nestjs-commonjs',
    dependencies: {
      '@nestjs/common': '^11.0.0',
      '@nestjs/core': '^11.0.0',
      '@nestjs/passport': '^11.0.0',
      '@nestjs/platform-express': '^11.0.0',
    },
  },
];

const update = process.argv.includes('--update');
mkdirSync(folder, { recursive: true });
const workspaces = [
  ...examples,
  ...variants.map(({ name }) => name),
  'notes',
  'next',
  'types',
  'passport-hiworks',
];
for (const name of examples) {
  copy(join(COPIED_FROM.examples, name), name);
}
for (const { name, of, dependencies } of variants) {
  copy(join(COPIED_FROM.examples, of), name);
  const manifest = readJSON(join(folder, name, 'package.json'));
  Object.assign(manifest.dependencies, dependencies);
  writeJSON(join(folder, name, 'package.json'), { ...manifest, name: `hiworks-login-${name}` });
}
for (const name of ['notes', 'next', 'types']) {
  copy(join(COPIED_FROM.suite, name), name);
}
unpack();
writeJSON(join(folder, 'package.json'), { private: true, workspaces });

if (update) {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  rmSync(join(folder, 'package-lock.json'), { force: true });
  npm(folder, 'install', '--package-lock-only', '--omit-lockfile-registry-resolved');
  cpSync(join(folder, 'package-lock.json'), LOCKFILE);
  rmSync(STAMP, { force: true });
}
install();
// As an installed package, not as the link that npm makes of a workspace.
const installed = join(folder, 'node_modules', 'passport-hiworks');
rmSync(installed, { recursive: true, force: true });
cpSync(join(folder, 'passport-hiworks'), installed, { recursive: true });
if (!process.argv.includes('--no-build')) {
  for (const name of workspaces.filter(
    (each) => readJSON(join(folder, each, 'package.json')).scripts?.build,
  )) {
    npm(join(folder, name), 'run', 'build', '--silent');
  }
}
mkdirSync(join(root, 'build'), { recursive: true });
writeJSON(join(root, 'build', 'frameworks.json'), { folder });

/** Copies a folder without what is built or installed in it. What npm has installed in the copy stays. */
function copy(source, name) {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(target)) {
    if (entry !== 'node_modules') {
      rmSync(join(target, entry), { recursive: true });
    }
  }
  cpSync(source, target, {
    recursive: true,
    filter: (path) => !['node_modules', 'dist', '.next', '.env'].includes(basename(path)),
  });
}

/** Packs the package, and unpacks it into a workspace of its own. */
function unpack() {
  const [{ filename }] = JSON.parse(
    npm(root, 'pack', '--json', '--pack-destination', folder).replace(/^[^[]*/, ''),
  );
  const target = join(folder, 'passport-hiworks');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1']);
  // Nobody who installs a package gets its devDependencies, nor do its scripts run: for a workspace npm does both.
  const { devDependencies, scripts, ...manifest } = readJSON(join(target, 'package.json'));
  writeJSON(join(target, 'package.json'), manifest);
}

/** Installs what the lockfile says, unless that was done before. */
function install() {
  const manifests = workspaces.map((name) => readFileSync(join(folder, name, 'package.json')));
  const stamp = createHash('sha256')
    .update(Buffer.concat([readFileSync(LOCKFILE), ...manifests]))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) {
    return;
  }
  cpSync(LOCKFILE, join(folder, 'package-lock.json'));
  npm(folder, 'ci');
  writeFileSync(STAMP, stamp);
}

function npm(cwd, ...args) {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function readJSON(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJSON(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
