import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { refuse, start } from './application.js';
import { Browser } from './browser.js';
import { frameworks } from './frameworks.js';
import { environment, expectUser, signIn, startHiworks } from './login.js';
import { folder, lock, root } from './workspace.js';

const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['demo', 'recipes', 'start'].includes(entry.name))
  .map(({ name }) => name);

const COMPLETE = {
  HIWORKS_CLIENT_ID: 'id',
  HIWORKS_CLIENT_SECRET: 'secret',
  HIWORKS_OFFICE_NO: '123123',
  SESSION_SECRET: 'a secret of the tests, of more than 32 characters',
};

function sources(example: string): string[] {
  return readdirSync(join(root, 'examples', example), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(mjs|js|ts)$/.test(path) && !/(^|\/)(node_modules|dist|\.next)\//.test(path))
    .map((path) => join(root, 'examples', example, path));
}

function manifest(example: string) {
  return JSON.parse(readFileSync(join(root, 'examples', example, 'package.json'), 'utf8'));
}

describe('The lockfile of the suite', () => {
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

for (const example of examples) {
  describe(`examples/${example}`, () => {
    it('is run by the suite', () => {
      expect(frameworks.map(({ workspace }) => workspace)).to.include(example);
    });

    it('imports nothing from outside of the folder, and declares what it imports', () => {
      const { dependencies } = manifest(example);
      for (const path of sources(example)) {
        for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/(?:from|import) '([^']+)'/g)) {
          if (name.startsWith('.')) {
            expect(
              existsSync(join(path, '..', name.replace(/\.js$/, '.ts'))) ||
                existsSync(join(path, '..', name)),
              `${path}: ${name}`,
            ).to.equal(true);
            expect(join(path, '..', name), path).to.include(join(root, 'examples', example));
          } else if (!isBuiltin(name)) {
            const [, declared] = /^((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
            const types = example.startsWith('nestjs') && declared === 'express';
            expect(types || (declared as string) in dependencies, `${path}: ${name}`).to.equal(true);
          }
        }
      }
    });

    it('has every variable that it requires in .env.example, without a value', () => {
      const lines = readFileSync(join(root, 'examples', example, '.env.example'), 'utf8').split('\n');
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
  });
}

for (const { title, workspace, main } of frameworks) {
  describe(`${title} refuses to start, and says why in one line,`, () => {
    for (const [given, missing] of [
      [[], Object.keys(COMPLETE)],
      [['HIWORKS_OFFICE_NO', 'SESSION_SECRET', 'HIWORKS_CLIENT_ID'], ['HIWORKS_CLIENT_SECRET']],
    ] as const) {
      it(`without ${missing.join(', ')}`, async () => {
        const env = Object.fromEntries(given.map((name) => [name, COMPLETE[name]]));
        const { code, output, errors } = await refuse(workspace, env, main);
        expect(errors).to.equal(`Not set: ${missing.join(', ')} (see .env.example)\n`);
        expect(output).to.equal('');
        expect(code).to.equal(1);
      });
    }
  });
}

describe('An example that was copied', () => {
  for (const example of ['express', 'nestjs']) {
    it(`starts with what its .env says: ${example}`, async () => {
      const hiworks = await startHiworks();
      const env = join(folder, example, '.env');
      const pasted = Object.entries(environment(hiworks)).map(([name, value]) => `${name}='${value}'`);
      writeFileSync(env, [readFileSync(join(folder, example, '.env.example'), 'utf8'), ...pasted].join('\n'));
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
  }
});

describe('The pages of the examples', () => {
  const failures = [
    ...['access_denied', 'office_not_allowed', 'no_pending_login', 'state_mismatch', 'state_missing'],
    ...['begun_elsewhere', 'bad_callback', 'wrong_method', 'not_a_navigation', 'prefetch', 'unknown_user'],
    ...['timeout', 'busy'],
  ].map((code) => ({ code, message: 'in English' }));
  let pages: { failurePage(failure: object): string }[];

  before(async () => {
    pages = await Promise.all(
      frameworks.map(({ workspace }) => {
        const compiled = join(folder, workspace, 'dist/pages.js');
        const path = existsSync(compiled) ? compiled : join(folder, workspace, 'pages.mjs');
        return import(pathToFileURL(path).href);
      }),
    );
  });

  it('are the same in all of them', () => {
    const texts = pages.map(({ failurePage }) => failures.map(failurePage).join());
    expect(new Set(texts).size).to.equal(1);
  });

  it('say why for each code, and never in English', () => {
    for (const { failurePage } of pages) {
      for (const failure of failures) {
        expect(failurePage(failure)).to.not.include('일시적인 오류').and.not.include('in English');
      }
    }
  });

  it('send somebody whom verify does not know to an administrator', () => {
    for (const { failurePage } of pages) {
      expect(failurePage({ message: 'verify gave no user' })).to.include('로그인할 수 없는 계정입니다.');
    }
  });

  it("show no other error's message: it may hold a proxy's password", () => {
    const error = Object.assign(new Error('connect to http://user:password@proxy'), {
      code: 'ECONNREFUSED',
      description: 'user:password',
    });
    for (const { failurePage } of pages) {
      expect(failurePage(error)).to.include('일시적인 오류').and.not.include('password');
    }
  });
});
