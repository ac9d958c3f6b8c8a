// node build.mjs, after tsc.
//
// 1. It makes the entries with a default export what other strategies are: a CommonJS module that is the class, with
//    everything else as properties of it. One file for `import` and `require`, where an ES module beside it would cost a
//    millisecond more.
// 2. It joins the files of dist that `import 'passport-hiworks'` loads into dist/core.js, because resolving, reading and
//    wrapping a file costs a third of a millisecond. Each module keeps its text and its scope as tsc emitted them, and runs
//    when it is first required, so every class exists once, whichever entries an application loads.
// 3. It removes the files that no entry leads to: modules of types, types of modules.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix, sep } from 'node:path';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);
const read = (file) => readFileSync(join(dist, file), 'utf8');
const resolve = (file, path) => posix.join(posix.dirname(file), path);

/** Calls `replace` with the name (`http/client.js`) of every module of ours that `file` requires. */
function replaceRequires(file, replace) {
  return read(file).replace(/\brequire\((["'])(\.[^"']+\.js)\1\)/g, (all, _quote, path) =>
    replace(resolve(file, path), all),
  );
}

function requiredBy(file) {
  const required = [];
  replaceRequires(file, (name) => required.push(name));
  return required;
}

/** The declarations that one of them imports. */
function typesOf(file) {
  const imports = read(file).matchAll(/\b(?:from|import|require\(|import\()\s*["'](\.[^"']+)["']/g);
  return [...imports].map(([, path]) => resolve(file, path).replace(/\.js$/, '.d.ts'));
}

/** The names that declarations export. */
function namesIn(file) {
  const text = read(file);
  const own = [...text.matchAll(/^export (?:declare )?(?:class|const|function|interface|type) (\w+)/gm)];
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) => list.split(','));
  const stars = [...text.matchAll(/^export (?:type )?\* from '(.*)\.js'/gm)];
  return [
    ...own.map(([, name]) => name),
    ...lists.flatMap((name) => name.match(/\w+(?=\s*$)/) ?? []),
    ...stars.flatMap(([, path]) => namesIn(resolve(file, `${path}.d.ts`))),
  ];
}

function reachedFrom(files, next, reached = new Set()) {
  for (const file of files.filter((file) => !reached.has(file))) {
    reachedFrom(next(file), next, reached.add(file));
  }
  return reached;
}

/**
 * Makes the class in a folder's strategy.js its module, with all that index.js exports as properties, in types as well.
 * `Strategy` is such a property already: the base class has one, too.
 */
function makeClassTheModule(folder) {
  const at = (file) => join(dist, folder, file);
  const all = require(at('index.js'));
  const { name } = all.default;
  renameSync(at('index.js'), at('exports.js'));
  renameSync(at('index.d.ts'), at('exports.d.ts'));
  const types = namesIn(posix.join(folder, 'exports.d.ts')).filter(
    (each) => !['default', 'Strategy'].includes(each),
  );
  // Each by itself: Node.js looks for the names in the text when an ES module imports it.
  const properties = Object.keys(all).map((each) => `exports.${each} = all.${each};\n`);
  writeFileSync(
    at('index.js'),
    `"use strict";
const all = require("./exports.js");
exports = module.exports = all.default;
${properties.join('')}`,
  );
  writeFileSync(
    at('index.d.ts'),
    `import { ${types.join(', ')} } from './exports.js';
declare module './strategy.js' {
  namespace ${name} {
    export { ${types.join(', ')}, ${name} as default };
    export type Strategy = ${name};
  }
}
export = ${name};
`,
  );
}

const { exports, bin } = require('./package.json');
const entries = Object.values(exports).filter((entry) => entry.default);
const files = (paths) => paths.map((path) => posix.relative('dist', path));

makeClassTheModule('.');
makeClassTheModule('sso');
const scripts = reachedFrom(
  files([...entries.map((entry) => entry.default), ...Object.values(bin)]),
  requiredBy,
);
const types = reachedFrom(files(entries.map((entry) => entry.types)), typesOf);
const joined = reachedFrom(['exports.js'], requiredBy);

const modules = [...joined].map((file) => {
  const text = replaceRequires(file, (name) => `load("${name}")`);
  const outside = /\brequire\(["']\.[^)]*\)|\b__(dir|file)name\b/.exec(text);
  if (outside) {
    throw new Error(`${file} cannot be joined: ${outside[0]} depends on its folder`);
  }
  // In parentheses, so that V8 parses it once: all of them run at once.
  return `"${file}": (function (exports) {\n${text.trimEnd()}\n}),`;
});
const core = `"use strict";
const loaded = {};
function load(name) {
  if (!loaded[name]) {
    const exports = {};
    modules[name](exports);
    loaded[name] = exports;
  }
  return loaded[name];
}
module.exports = load;
const modules = {
${modules.join('\n')}
};
`;

for (const file of [...scripts].filter((file) => !joined.has(file))) {
  const path = `${posix.relative(posix.dirname(file), '.') || '.'}/core.js`;
  const text = replaceRequires(file, (name, all) =>
    joined.has(name) ? `require("${path}")("${name}")` : all,
  );
  if (text.includes(`__exportStar(require("${path}")`)) {
    throw new Error(`${file} has to export by name what it exports of the main entry`);
  }
  writeFileSync(join(dist, file), text);
}
for (const file of readdirSync(dist, { recursive: true }).map((file) => file.split(sep).join('/'))) {
  if (/\.[jt]s$/.test(file) && (joined.has(file) || (!scripts.has(file) && !types.has(file)))) {
    rmSync(join(dist, file));
  }
}
writeFileSync(join(dist, 'core.js'), core);
