import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { folder, pathOf, versionOf } from './workspace.js';

const directory = join(folder, 'types');

const settings = [
  { compiler: 'typescript', module: 'nodenext', moduleResolution: 'nodenext', type: 'module' },
  { compiler: 'typescript', module: 'nodenext', moduleResolution: 'nodenext', type: 'commonjs' },
  { compiler: 'typescript', module: 'esnext', moduleResolution: 'bundler', type: 'module' },
  { compiler: 'typescript5', module: 'nodenext', moduleResolution: 'nodenext', type: 'module' },
  // TypeScript 7 has no node10.
  { compiler: 'typescript5', module: 'commonjs', moduleResolution: 'node10', type: 'commonjs' },
];

describe('What users write', function () {
  // Two processors that are busy with something else take their time.
  this.timeout(120_000);

  for (const { compiler, module, moduleResolution, type } of settings) {
    const version = versionOf('types', compiler);
    it(`compiles in every framework with TypeScript ${version}, ${type}, moduleResolution ${moduleResolution}`, () => {
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
        // @types/koa means Koa's content-disposition, and finds Express'.
        paths: {
          'content-disposition': [join(folder, pathOf('types', '@types/content-disposition'), 'index.d.ts')],
        },
      };
      writeFileSync(`${directory}/package.json`, JSON.stringify({ type }));
      writeFileSync(`${directory}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      expect(errors(compiler)).to.equal('');
    });
  }

  it('is looked at in every file', () => {
    expect(readdirSync(directory).filter((name) => name.endsWith('.ts'))).to.have.members([
      'sso.ts',
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
    return execFileSync(
      process.execPath,
      [join(folder, pathOf('types', compiler), 'bin/tsc'), '-p', directory],
      {
        encoding: 'utf8',
      },
    );
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
