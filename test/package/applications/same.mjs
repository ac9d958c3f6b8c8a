import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Whether `import` gives what `require` gives: as the default, and under each name. */
async function compare(entry) {
  const required = require(entry);
  // Newer releases of Node.js add 'module.exports', and TypeScript __esModule.
  const { default: Default, 'module.exports': _, __esModule, ...named } = await import(entry);
  return {
    isDefault: Default === required,
    isSame: Object.entries(named).every(([name, value]) => required[name] === value),
    names: Object.keys(named).sort(),
  };
}

const entries = ['passport-hiworks', 'passport-hiworks/sso', 'passport-hiworks/testing'];
console.log(JSON.stringify(await Promise.all(entries.map(compare))));
