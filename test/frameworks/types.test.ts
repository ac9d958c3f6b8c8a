import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { installed } from './versions.js';

const sources = resolve(__dirname, '../../test/frameworks/types');
// Beside the examples, so that everything is found where it is installed.
const directory = resolve(installed, '../build/types');

const compilers = ['typescript', 'typescript5'].map((name) => {
  const { version } = JSON.parse(readFileSync(`${installed}/${name}/package.json`, 'utf8'));
  return { title: `TypeScript ${version}`, name, old: version.startsWith('5.') };
});
const settings = [
  { module: 'nodenext', moduleResolution: 'nodenext', type: 'module' },
  { module: 'nodenext', moduleResolution: 'nodenext', type: 'commonjs' },
  { module: 'esnext', moduleResolution: 'bundler', type: 'module' },
  { module: 'commonjs', moduleResolution: 'node10', type: 'commonjs' },
];

describe('What users write', function () {
  // Two processors that are busy with something else take their time.
  this.timeout(120_000);

  before(() => {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    cpSync(sources, directory, { recursive: true });
  });

  for (const { title, name, old } of compilers) {
    // TypeScript 7 has no node10.
    for (const { module, moduleResolution, type } of settings.filter(
      (each) => old || each.module !== 'commonjs',
    )) {
      it(`compiles in every framework with ${title}, ${type}, moduleResolution ${moduleResolution}`, () => {
        const compilerOptions = {
          target: 'es2022',
          lib: ['es2022'],
          types: ['node'],
          module,
          moduleResolution,
          strict: true,
          noImplicitOverride: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          esModuleInterop: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          noEmit: true,
          // As in the examples: @types/koa means Koa's content-disposition, and finds Express'.
          paths: { 'content-disposition': ['../../node_modules/@types/content-disposition/index.d.ts'] },
        };
        writeFileSync(`${directory}/package.json`, JSON.stringify({ type }));
        writeFileSync(`${directory}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
        expect(errors(name)).to.equal('');
      });
    }
  }

  it('is looked at in every file', () => {
    expect(readdirSync(sources)).to.have.members([
      'strategy.ts',
      'express.ts',
      'koa.ts',
      'fastify.ts',
      'nestjs.ts',
    ]);
  });
});

function errors(compiler: string): string {
  try {
    return execFileSync(process.execPath, [`${installed}/${compiler}/bin/tsc`, '-p', directory], {
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
