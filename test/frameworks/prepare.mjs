// Prepares what the suite runs: every example, copied to a folder outside of the repository as a user would copy it, and
// the packed package in place of the published one. They are npm workspaces, so that one install serves them all.
//
//   node test/frameworks/prepare.mjs              installs from package-lock.json, and builds what has to be built
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
// Examples of others' kinds, with suites of their own.
const OTHERS = ['recipes', 'start', 'demo'];
const STAMP = join(folder, 'installed.txt');

/** The examples of frameworks: every folder that `npm start` starts. */
const examples = readdirSync(COPIED_FROM.examples).filter((name) => {
  const manifest = join(COPIED_FROM.examples, name, 'package.json');
  return (
    existsSync(manifest) && readJSON(manifest).dependencies?.['passport-hiworks'] && !OTHERS.includes(name)
  );
});

const nest = (range, config) => ({
  ...Object.fromEntries(
    ['common', 'core', 'passport', 'platform-express', 'testing'].map((name) => [`@nestjs/${name}`, range]),
  ),
  '@nestjs/config': config,
});

/** Examples once more, with other releases of what they depend on, or as ES modules. */
const variants = [
  { name: 'express-4', of: 'express', ranges: { express: '^4.18.0' } },
  { name: 'nestjs-11', of: 'nestjs', ranges: nest('^11.0.0', '^4.0.0') },
  { name: 'nestjs-esm', of: 'nestjs', ranges: nest('^12.0.0', '^12.0.0'), type: 'module' },
];

const update = process.argv.includes('--update');
mkdirSync(folder, { recursive: true });
const own = ['notes', 'web', 'next', 'types'];
const workspaces = [...examples, ...variants.map(({ name }) => name), ...own, 'passport-hiworks'];
for (const name of examples) {
  copy(join(COPIED_FROM.examples, name), name);
}
for (const { name, of, ranges, type } of variants) {
  copy(join(COPIED_FROM.examples, of), name);
  const { dependencies, devDependencies = {}, ...manifest } = readJSON(join(folder, name, 'package.json'));
  const withRanges = (given) => ({ ...given, ...pick(ranges, Object.keys(given)) });
  writeJSON(join(folder, name, 'package.json'), {
    ...manifest,
    name: `hiworks-login-${name}`,
    ...(type && { type }),
    dependencies: withRanges(dependencies),
    devDependencies: withRanges(devDependencies),
  });
  if (type === 'module') {
    addExtensions(join(folder, name, 'src'));
  }
}
for (const name of own) {
  copy(join(COPIED_FROM.suite, name), name);
}
// The files that docs/modern-frameworks.md tells its reader to copy.
for (const name of ['hiworks.mjs', 'session.mjs', 'settings.mjs']) {
  cpSync(join(COPIED_FROM.examples, 'hono', name), join(folder, 'next', 'lib', name));
}
unpack();
writeJSON(join(folder, 'package.json'), { private: true, workspaces });

if (update) {
  // What is installed would decide what is written.
  for (const name of ['.', ...workspaces]) {
    rmSync(join(folder, name, 'node_modules'), { recursive: true, force: true });
  }
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

/** Gives relative imports the extension that an ES module needs. */
function addExtensions(directory) {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.[^']*)'/g, "$1.js'"));
  }
}

function pick(object, names) {
  return Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]));
}

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
  // npm would install the devDependencies of a workspace and run its scripts, unlike those of an installed package.
  const { devDependencies, scripts, ...manifest } = readJSON(join(target, 'package.json'));
  writeJSON(join(target, 'package.json'), manifest);
}

/** Installs from the lockfile, unless that was done before. */
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
  try {
    return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    console.error(`npm ${args.join(' ')} failed in ${cwd}:\n${error.stdout}`);
    process.exit(1);
  }
}

function readJSON(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJSON(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
