import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { runToEnd, start } from './application.js';
import { Browser } from './browser.js';
import { examples } from './frameworks.js';
import { environment, expectUser, signIn, startHiworks } from './login.js';
import { folder, lock, root } from './workspace.js';

const OTHERS = ['demo', 'recipes', 'start'];
const folders = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !OTHERS.includes(entry.name))
  .map(({ name }) => name);

const COMPLETE = {
  HIWORKS_CLIENT_ID: 'id',
  HIWORKS_CLIENT_SECRET: 'secret',
  HIWORKS_OFFICE_NO: '123123',
  SESSION_SECRET: 'a secret of the tests, of more than 32 characters',
};

const read = (example: string, path: string) => readFileSync(join(root, 'examples', example, path), 'utf8');

function sources(example: string): string[] {
  return readdirSync(join(root, 'examples', example), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.(mjs|js|ts)$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path),
  );
}

const manifest = (example: string) => JSON.parse(read(example, 'package.json'));

describe('The lockfile of the frameworks suite', () => {
  it('is what is installed', () => {
    for (const [path, { version, resolved }] of Object.entries(lock.packages)) {
      if (path.startsWith('node_modules/') && !resolved && existsSync(join(folder, path))) {
        const installed = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
        expect(installed.version, path).to.equal(version);
      }
    }
  });

  it('names no registry', () => {
    expect(JSON.stringify(lock)).to.not.match(/https?:\/\/[^"]*\.tgz/);
  });
});

describe('The examples', () => {
  it('are all run by the suite', () => {
    expect(examples.map(({ workspace }) => workspace)).to.have.members(folders);
  });

  it('have the same pages and settings', () => {
    for (const path of ['pages.mjs', 'settings.mjs', '.env.example']) {
      const copies = folders.filter((name) => existsSync(join(root, 'examples', name, path)));
      expect(copies, path).to.have.length.above(3);
      expect(new Set(copies.map((name) => read(name, path))).size, path).to.equal(1);
    }
  });
});

for (const example of folders) {
  describe(`examples/${example}`, () => {
    it('imports nothing from outside of its folder, and declares what it imports', () => {
      const { dependencies, devDependencies = {} } = manifest(example);
      for (const source of sources(example)) {
        const declared = source.startsWith('test/') ? { ...dependencies, ...devDependencies } : dependencies;
        const path = join(root, 'examples', example, source);
        for (const [, types, name = ''] of read(example, source).matchAll(
          /^(import type)?.*from '([^']+)';$/gm,
        )) {
          if (name.startsWith('.')) {
            const target = join(path, '..', name);
            expect(existsSync(target) || existsSync(`${target}.ts`), `${source}: ${name}`).to.equal(true);
            expect(target, source).to.include(join(root, 'examples', example));
          } else if (!isBuiltin(name)) {
            const [, bare = ''] = /^((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
            const known = bare in declared || (types && `@types/${bare}` in devDependencies);
            expect(known, `${source}: ${name}`).to.equal(true);
          }
        }
      }
    });

    it('has every variable that it requires in .env.example, without a value', () => {
      const lines = read(example, '.env.example').split('\n');
      expect(lines.filter((line) => /^\w/.test(line))).to.have.members(
        Object.keys(COMPLETE).map((name) => `${name}=`),
      );
    });

    it('declares ranges', () => {
      const { dependencies, devDependencies = {} } = manifest(example);
      for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
        expect(range, name).to.match(/^\^\d+\.\d+\.\d+( \|\| \^\d+\.\d+\.\d+)*$/);
      }
    });

    for (const [given, mistakes] of [
      [{}, Object.keys(COMPLETE).map((name) => `${name} is missing or empty`)],
      [{ ...COMPLETE, HIWORKS_OFFICE_NO: '' }, ['HIWORKS_OFFICE_NO is missing or empty']],
      [{ ...COMPLETE, SESSION_SECRET: 'short' }, ['SESSION_SECRET is shorter than 32 characters']],
    ] as const) {
      it(`stops with exit code 1, and one line each: ${mistakes.join(', ')}`, async () => {
        const { code, output, errors } = await runToEnd(example, given);
        expect(errors).to.equal(mistakes.map((mistake) => `${mistake} (see .env.example)\n`).join(''));
        expect(output).to.equal('');
        expect(code).to.equal(1);
      });
    }

    it('stops with exit code 1, and one line, if its port is taken', async () => {
      const server = createServer().listen(0);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const { code, output, errors } = await runToEnd(example, { ...COMPLETE, PORT: String(port) });
      server.close();
      expect(errors.trim().split('\n')).to.have.length(1);
      expect(errors).to.include('EADDRINUSE');
      expect(output).to.equal('');
      expect(code).to.equal(1);
    });

    it('starts with what is pasted into its .env', async () => {
      const hiworks = await startHiworks();
      const env = join(folder, example, '.env');
      const pasted = Object.entries(environment(hiworks)).map(([name, value]) => `${name}='${value}'`);
      writeFileSync(env, [read(example, '.env.example'), ...pasted].join('\n'));
      const app = await start(example, {});
      try {
        const browser = new Browser(app.url);
        await signIn(hiworks, browser);
        await expectUser(browser);
      } finally {
        rmSync(env);
        await app.close();
        await hiworks.close();
      }
    });
  });
}
