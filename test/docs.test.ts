import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, get } from './support/login.js';
import { Visitor } from './support/visitor.js';

const root = resolve(__dirname, '..');
// Below the package, so that its own name and those of its dependencies resolve.
const folder = join(root, 'build', 'docs');
const run = promisify(execFile);

const readmes = ['README.md', 'README.ko.md'];
const applications = ['app.mjs', 'app.mts'];
const pages = ['.', 'docs', 'docs/recipes', 'examples', 'bench'].flatMap((place) =>
  readdirSync(join(root, place))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(place, name)),
);
// The probe's report is shown in one of them only: it is English in both.
const translated = pages.filter((page) => pages.includes(korean(page)) && page !== 'docs/probe.md');
// The recipes and the notes on frameworks are run by suites of their own, which have what those import.
const compiled = pages.filter((page) => !/recipes|frameworks|menu-login/.test(page));

/** What the blocks of a page are short for, so that each need not say it again. */
const globals = `
import type { Express } from 'express';
import type { HiworksStrategy, HiworksStrategyOptions } from 'passport-hiworks';
declare global {
  const app: Express;
  const options: HiworksStrategyOptions;
  const strategy: HiworksStrategy;
  const kept: { refreshToken: string };
}
`;

interface Block {
  language: string;
  code: string;
}

function korean(page: string): string {
  return page.replace(/\.md$/, '.ko.md');
}

function text(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function blocks(page: string, language?: string): Block[] {
  return [...text(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .map(([, kind, code]) => ({ language: kind as string, code: code as string }))
    .filter((block) => !language || block.language === language);
}

/** The only block of a page that contains `words`. */
function block(page: string, words: string): string {
  const [found, ...more] = blocks(page).filter(({ code }) => code.includes(words));
  expect(more, `blocks of ${page} with ${words}`).to.be.empty;
  return found?.code as string;
}

/** Code without its comments, which are in the reader's language. */
function withoutComments(code: string): string {
  return code.replace(/(^|\s)\/\/ .*$/gm, '');
}

/** GitHub's anchors of a page's headings, and those that it sets itself. */
function anchors(page: string): string[] {
  const headings = [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
  return [
    ...headings,
    ...[...text(page).matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id as string),
  ];
}

/** Compiles as the README tells people to, and resolves with what the compiler has to say. */
async function compile(files: string[]): Promise<string> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options =
    '--strict --target es2022 --module nodenext --types node --ignoreConfig --allowJs --rootDir . --outDir out';
  const { stdout } = await run(process.execPath, [tsc, ...options.split(' '), ...files], {
    cwd: folder,
  }).catch((error) => error);
  return stdout;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

before(async function () {
  this.timeout(60_000);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});

describe('A block of the documentation', function () {
  this.timeout(120_000);

  it('is of a language that something here checks', () => {
    for (const page of compiled) {
      for (const { language } of blocks(page)) {
        expect(language, page).to.be.oneOf([
          'ini',
          'js',
          'json',
          'markdown',
          'mermaid',
          'sh',
          'text',
          'ts',
          'yaml',
        ]);
      }
    }
  });

  it('compiles under strict TypeScript', async () => {
    writeFileSync(join(folder, 'globals.d.mts'), globals);
    const shown = applications.map((name) => withoutComments(text(`examples/start/${name}`)));
    const files = compiled.flatMap((page) =>
      blocks(page)
        .filter(({ language }) => language === 'ts' || language === 'js')
        .filter(({ code }) => !shown.includes(withoutComments(code)))
        .map(({ language, code }, index) => {
          const name = `${page.replace(/\W/g, '-')}-${index}.m${language}`;
          writeFileSync(join(folder, name), code);
          return name;
        }),
    );
    expect(files).not.to.be.empty;
    expect(await compile(['globals.d.mts', ...files])).to.equal('');
  });

  it('names commands that exist', () => {
    const { scripts, bin } = JSON.parse(text('package.json'));
    expect(bin).to.have.property('passport-hiworks');
    for (const page of compiled) {
      for (const { code } of blocks(page, 'sh')) {
        for (const [, script] of code.matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g)) {
          expect(scripts, page).to.have.property(script as string);
        }
        for (const [, command] of code.matchAll(/npx passport-hiworks (\S+)/g)) {
          expect(command, page).to.be.oneOf(['fake', 'probe']);
        }
      }
    }
  });
});

describe("The READMEs' application", function () {
  this.timeout(120_000);

  before(async () => {
    for (const name of applications) {
      writeFileSync(join(folder, name), text(`examples/start/${name}`));
    }
    expect(await compile(['app.mts'])).to.equal('');
  });

  for (const readme of readmes) {
    it(`is shown in ${readme} as it is in examples/start`, () => {
      const same = readme === 'README.md' ? (code: string) => code : withoutComments;
      for (const [name, language] of [
        ['app.mjs', 'js'],
        ['app.mts', 'ts'],
      ] as const) {
        const [first] = blocks(readme, language);
        expect(same(first?.code as string)).to.equal(same(text(`examples/start/${name}`)));
      }
    });
  }

  it('is tested by the test in the README', async () => {
    const port = await freePort();
    const code = block('README.md', "from 'node:test'").replace(
      'http://localhost:3000',
      `http://localhost:${port}`,
    );
    writeFileSync(join(folder, 'app.test.mjs'), code);
    const environment = { PATH: process.env.PATH, PORT: String(port) };
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'app.test.mjs'], {
      cwd: folder,
      env: environment,
    }).catch((error) => error);
    expect(stdout)
      .to.match(/^# pass [1-9]/m)
      .and.match(/^# fail 0$/m);
  });

  for (const path of ['app.mjs', join('out', 'app.mjs')]) {
    const language = path === 'app.mjs' ? 'JavaScript' : 'TypeScript';

    describe(`in ${language}`, () => {
      let hiworks: HiworksServer;
      let environment: Record<string, string | undefined>;
      let port: number;
      let child: ChildProcess;
      let employee: Visitor;
      const log: string[] = [];

      before(async () => {
        port = await freePort();
        hiworks = await createHiworksServer({
          callbackURL: `http://localhost:${port}/auth/hiworks/callback`,
          users: [
            { userNo: '1234567', officeNo: '123123', userId: 'hong', name: '<b>홍길동</b>' },
            { userNo: '1234568', officeNo: '456456', userId: 'lee', name: '이준호' },
          ],
        });
        environment = {
          PATH: process.env.PATH,
          PORT: String(port),
          HIWORKS_CLIENT_ID: hiworks.options.clientID,
          HIWORKS_CLIENT_SECRET: hiworks.options.clientSecret,
          HIWORKS_BASE_URL: hiworks.options.baseURL,
          HIWORKS_OFFICE_NO: '123123',
          SESSION_SECRET: 'for this test',
        };
        child = spawn(process.execPath, [path], { cwd: folder, env: environment, stdio: 'pipe' });
        child.stderr?.on('data', (data) => log.push(String(data)));
        await once(child.stdout as NodeJS.ReadableStream, 'data');
      });

      beforeEach(() => {
        log.length = 0;
        employee = new Visitor(`http://localhost:${port}`);
      });

      after(async () => {
        child?.kill();
        await hiworks?.close();
      });

      /** Signs in at Hiworks, and resolves with the callback URL. */
      async function signIn(userNo: string): Promise<string> {
        const { location } = await employee.get('/auth/hiworks');
        return hiworks.signIn(location as string, userNo);
      }

      /** Follows the redirect of the callback, and resolves with the page that it leads to. */
      async function arrive(url: string): Promise<string> {
        const { location, body } = await employee.get(url);
        return location ? (await employee.get(location)).body : body;
      }

      it('signs an employee in', async () => {
        expect((await employee.get('/')).body).to.include('href="/auth/hiworks">하이웍스로 로그인<');
        expect(await arrive(await signIn('1234567'))).to.match(/&#60;b&#62;홍길동.* 님, 로그인되었습니다/);
      });

      it('says why it does not let somebody in, and forgets it', async () => {
        expect(await arrive(await signIn('1234568'))).to.include('우리 회사 계정이 아닙니다');
        expect(log.join()).to.include('456456');
        const { location } = await employee.get('/auth/hiworks');
        expect(await arrive(await hiworks.refuse(location as string))).to.include('취소했습니다');
        expect((await employee.get('/')).body).not.to.include('취소했습니다');
      });

      it('calls a lost cookie a lost cookie', async () => {
        const url = await signIn('1234567');
        employee = new Visitor(`http://localhost:${port}`);
        expect(await arrive(url)).to.include('쿠키');
      });

      it('says so if Hiworks refuses, and writes the rest into its log', async () => {
        const url = await signIn('1234567');
        hiworks.fail('token', { code: 'ERR', msg: '점검 중' });
        const { status, body } = await employee.get(url);
        expect({ status, body }).to.have.property('status', 401);
        expect(body).to.include('하이웍스에서 로그인을 거부했습니다').and.not.include('점검');
        expect(log.join()).to.include('점검 중');
      });

      it('shows nobody the words of a stranger', async () => {
        const { body } = await employee.get('/?reason=%3Cscript%3E&reason=constructor');
        expect(body).to.include('다시 로그인해 주세요').and.not.include('script');
      });

      it('says in one line all that is not set, and does not start', async () => {
        const { SESSION_SECRET: _secret, HIWORKS_OFFICE_NO: _office, ...rest } = environment;
        const { code, stderr } = await run(process.execPath, [path], { cwd: folder, env: rest }).catch(
          (error) => error,
        );
        expect(code).to.equal(1);
        expect(stderr).to.equal('Not set in .env: HIWORKS_OFFICE_NO, SESSION_SECRET\n');
      });
    });
  }

  it('gets the lines that `npx passport-hiworks fake` prints', async () => {
    const port = await freePort();
    const command = join(root, JSON.parse(text('package.json')).bin['passport-hiworks']);
    const fake = spawn(process.execPath, [command, 'fake', '--port', String(port)], { stdio: 'pipe' });
    const [printed] = await once(fake.stdout, 'data');
    fake.kill('SIGINT');
    await once(fake, 'exit');
    for (const readme of readmes) {
      expect(blocks(readme, 'ini')[0]?.code).to.include(String(printed).replace(String(port), '4000'));
    }
  });

  it('reads the environment that the READMEs show', () => {
    const application = text('examples/start/app.mjs');
    const needed = [...application.matchAll(/env\('(\w+)'\)/g)].map(([, name]) => name);
    for (const readme of readmes) {
      const names = [...(blocks(readme, 'ini')[0]?.code ?? '').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
      expect(names).to.include.members(needed);
      for (const name of names) {
        expect(application).to.include(name);
      }
    }
  });
});

describe('The diagram of docs/protocol.md', () => {
  for (const page of ['docs/protocol.md', 'docs/protocol.ko.md']) {
    it(`draws the requests that a login really makes, in ${page}`, async () => {
      const [diagram] = blocks(page, 'mermaid');
      const drawn = [...(diagram?.code ?? '').matchAll(/->>H: (\w+) ([\w/]+)(.*)/g)].map(
        ([, method, path, names]) => ({ method, path, names: (names?.match(/\w+_\w+|state/g) ?? []).sort() }),
      );
      const callbackURL = 'https://app.example.com/auth/hiworks/callback';
      const hiworks = await createHiworksServer({ callbackURL, signInAs: '1234567' });
      const strategy = new HiworksStrategy(
        { ...hiworks.options, fetchProfile: true },
        (_accessToken, _refreshToken, profile, done) => done(null, profile),
      );
      const session = {};
      const { location } = (await authenticate(strategy, get('/', { session }))) as { location: URL };
      await authenticate(strategy, callback(await hiworks.signIn(location.href, '1234567'), { session }));
      await hiworks.close();
      const made = hiworks.requests.map(({ method, path, query, form }) => ({
        method,
        path: path.split('?')[0],
        names: Object.keys({ ...query, ...form })
          .filter((name) => name !== 'response_type')
          .sort(),
      }));
      expect(drawn).to.deep.equal(made);
    });
  }
});

describe('The documentation', () => {
  for (const page of translated) {
    it(`is at the same depth in both languages: ${page}`, () => {
      const [english, other] = [page, korean(page)].map((file) => ({
        headings: [...text(file).matchAll(/^#+ /gm)].map(([level]) => level),
        blocks: blocks(file).map(({ language, code }) => [language, code.split('\n').length]),
        rows: [...text(file).matchAll(/^\|/gm)].length,
      }));
      expect(other).to.deep.equal(english);
    });
  }

  it('shows the same code in both READMEs', () => {
    const [english, other] = readmes.map((readme) =>
      blocks(readme)
        .filter(({ language }) => language !== 'mermaid')
        .map(({ code }) => withoutComments(code)),
    );
    expect(other).to.deep.equal(english);
  });

  it('names the major versions that the examples are for', () => {
    const packages = { 'node:http': 'node', NestJS: '@nestjs/core' } as Record<string, string>;
    for (const readme of readmes) {
      const rows = [...text(readme).matchAll(/^\| (?:\[.*?\]\(examples\/([\w-]+)\).*) \| (\d+).* \|$/gm)];
      expect(rows).to.have.length.above(4);
      for (const [row, example, major] of rows) {
        const manifest = JSON.parse(text(`examples/${example}/package.json`));
        const name = row.match(/\[`?([\w:]+)/)?.[1] as string;
        const needed = packages[name] ?? name.toLowerCase();
        const range = manifest.dependencies[needed] ?? manifest.engines?.[needed];
        expect(range?.match(/\d+/)?.[0], `${example}: ${needed}`).to.equal(major);
      }
    }
  });

  it('links to nothing that is not there', () => {
    for (const page of pages) {
      for (const [, target] of text(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target as string)) {
          continue;
        }
        const [file, anchor] = decodeURIComponent(target as string).split('#');
        const linked = file ? join(dirname(page), file) : page;
        expect(existsSync(join(root, linked)), `${page} links to ${target}`).to.equal(true);
        if (anchor) {
          expect(anchors(linked), `${page} links to ${target}`).to.include(anchor);
        }
      }
    }
  });
});
