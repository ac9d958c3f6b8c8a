// node build.mjs, after tsc: joins the files of dist that `import 'passport-hiworks'` loads into dist/core.js, because
// resolving, reading and wrapping a file costs a third of a millisecond. Each module keeps its text and its scope as tsc
// emitted them, and runs when it is first required, so every class exists once, whichever entries an application loads.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix, sep } from 'node:path';

const dist = join(import.meta.dirname, 'dist');
const read = (file) => readFileSync(join(dist, file), 'utf8');
const names = Object.keys(createRequire(import.meta.url)(join(dist, 'index.js')));

/** Calls `replace` with the name (`http/client.js`) of every module of ours that `file` requires. */
function replaceRequires(file, replace) {
  return read(file).replace(/\brequire\((["'])(\.[^"']+\.js)\1\)/g, (all, _quote, path) =>
    replace(posix.join(posix.dirname(file), path), all),
  );
}

function addRequired(file, files) {
  files.add(file);
  replaceRequires(file, (name) => files.has(name) || addRequired(name, files));
  return files;
}

const joined = addRequired('index.js', new Set());

const modules = [...joined].map((file) => {
  const text = replaceRequires(file, (name) => `load("${name}")`);
  const outside = /\brequire\(["']\.[^)]*\)|\b__(dir|file)name\b/.exec(text);
  if (outside) {
    throw new Error(`${file} cannot be joined: ${outside[0]} depends on its folder`);
  }
  return `"${file}"(exports) {\n${text.trimEnd()}\n},`;
});
const core = `"use strict";
const loaded = {};
function load(name) {
  if (!loaded[name]) {
    loaded[name] = {};
    modules[name](loaded[name]);
  }
  return loaded[name];
}
module.exports = load;
const modules = {
${modules.join('\n')}
};
`;

// Every name by itself, since Node.js looks for them in the text when an ES module imports this, and not into core.js.
const index = `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const index = require("./core.js")("index.js");
${names.map((name) => `exports.${name} = index.${name};`).join('\n')}
`;

const files = readdirSync(dist, { recursive: true }).map((file) => file.split(sep).join('/'));
for (const file of files.filter((file) => file.endsWith('.js') && !joined.has(file))) {
  const path = `${posix.relative(posix.dirname(file), '.') || '.'}/core.js`;
  const text = replaceRequires(file, (name, all) =>
    joined.has(name) ? `require("${path}")("${name}")` : all,
  );
  if (text.includes(`__exportStar(require("${path}")`)) {
    throw new Error(`${file} has to export by name what it exports of the main entry`);
  }
  writeFileSync(join(dist, file), text);
}
for (const file of joined) {
  rmSync(join(dist, file));
}
writeFileSync(join(dist, 'core.js'), core);
writeFileSync(join(dist, 'index.js'), index);
