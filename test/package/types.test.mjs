import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyProject, once, packed, projectWith, root, run } from './workspace.mjs';

const consumers = fileURLToPath(new URL('consumers', import.meta.url));

// Beside the consumers, not in their projects: there, nothing but the package is installed.
const tools = once(() => projectWith('typescript@5.9', 'pnpm@10'));

const COMPILERS = {
  'TypeScript 5.9': async () => join(await tools(), 'node_modules/typescript/bin/tsc'),
  'TypeScript 7': async () => join(root, 'node_modules/typescript/bin/tsc'),
};

// `lib` leaves the browser's types out, as projects for Node.js do.
const SETTINGS = {
  commonjs: { kinds: ['ts'], options: { module: 'commonjs', lib: ['es2022'] } },
  node16: { kinds: ['cts', 'mts'], options: { module: 'node16', lib: ['es2022'] } },
  nodenext: { kinds: ['cts', 'mts'], options: { module: 'nodenext', lib: ['es2022'] } },
  bundler: { kinds: ['ts'], options: { module: 'esnext', moduleResolution: 'bundler' } },
};

/** Compiles consumers in a project, each as every kind of module that the setting has. */
async function compile(project, compiler, setting, ...names) {
  const { kinds, options } = SETTINGS[setting];
  const files = [];
  for (const kind of kinds) {
    for (const name of names) {
      const file = `${name}.${kind}`;
      await cp(join(consumers, `${name}.ts`), join(project, file));
      files.push(file);
    }
  }
  const compilerOptions = { target: 'es2022', strict: true, skipLibCheck: false, noEmit: true, ...options };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  await run(process.execPath, [await COMPILERS[compiler](), '-p', project]);
}

describe('Its types', () => {
  for (const compiler of Object.keys(COMPILERS)) {
    describe(`with ${compiler}, strict, and nothing else installed`, () => {
      let project;

      before(async () => {
        await tools();
        project = await projectWith((await packed()).path);
      });

      for (const setting of Object.keys(SETTINGS)) {
        it(`let the right through and stop the wrong under ${setting}`, async () => {
          await compile(project, compiler, setting, 'usage', 'mistakes', 'testing');
        });
      }

      it("know CommonJS' import = require", async () => {
        await compile(project, compiler, 'commonjs', 'require');
      });
    });

    it(`resolve in pnpm's strict layout with ${compiler}`, async () => {
      const project = await emptyProject();
      const pnpm = join(await tools(), 'node_modules/.bin/pnpm');
      const store = join(await tools(), 'store');
      await run(pnpm, ['add', '--prefer-offline', '--store-dir', store, (await packed()).path], project);
      await compile(project, compiler, 'nodenext', 'usage', 'testing');
    });
  }

  for (const types of [
    ['@types/express@4', '@types/passport'],
    ['@types/express@5', '@types/passport'],
    ['@types/express@5', '@types/passport@1.0.12'],
  ]) {
    it(`fit into an application with ${types.join(' and ')}`, async () => {
      const project = await projectWith((await packed()).path, ...types);
      await compile(project, 'TypeScript 7', 'nodenext', 'application');
    });
  }
});
