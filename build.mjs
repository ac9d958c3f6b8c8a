// node build.mjs, after tsc. It joins the files of dist that `import 'passport-hiworks'` loads into dist/core.js, because
// resolving, reading and wrapping a file costs a third of a millisecond. Each module keeps its text and its scope as tsc
// emitted them, and runs when it is first required, so every class exists once, whichever entries an application loads.
// And it removes the files that no entry leads to: modules of types, types of modules.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  return [...imports].map(([, path]) => resolve(file, path).replace(/\.(m?)js$/, '.d.$1ts'));
}

function reachedFrom(files, next, reached = new Set()) {
  for (const file of files.filter((file) => !reached.has(file))) {
    reachedFrom(next(file), next, reached.add(file));
  }
  return reached;
}

const { exports, bin } = require('./package.json');
const conditions = Object.values(exports).flatMap((entry) => [entry.import, entry.require].filter(Boolean));
const entries = (paths) => paths.map((path) => posix.relative('dist', path));
const scripts = reachedFrom(
  entries([...conditions.map((condition) => condition.default), ...Object.values(bin)]),
  requiredBy,
);
const types = reachedFrom(entries(conditions.map((condition) => condition.types)), typesOf);
const joined = reachedFrom(['index.js'], requiredBy);

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

// Every name by itself, since Node.js looks for them in the text when an ES module imports this, and not into core.js.
const names = Object.keys(require(join(dist, 'index.js')));
const index = `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const index = require("./core.js")("index.js");
${names.map((name) => `exports.${name} = index.${name};`).join('\n')}
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
  if (/\.m?[jt]s$/.test(file) && (joined.has(file) || (!scripts.has(file) && !types.has(file)))) {
    rmSync(join(dist, file));
  }
}
writeFileSync(join(dist, 'core.js'), core);
writeFileSync(join(dist, 'index.js'), index);
