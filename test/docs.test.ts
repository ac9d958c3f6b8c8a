import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, get } from './support/login.js';
import { Visitor } from './support/visitor.js';

const root = resolve(__dirname, '..');
const folder = join(root, 'build', 'docs');
const run = promisify(execFile);
const readmes = ['README.md', 'README.ko.md'];

interface Block {
  language: string;
  code: string;
}

function text(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function blocks(file: string, language?: string): Block[] {
  return [...text(file).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .map(([, kind, code]) => ({ language: kind as string, code: code as string }))
    .filter((block) => !language || block.language === language);
}

/** Writes a block of code where the package's own name resolves to what was built. */
function write(name: string, code: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

/** GitHub's anchors of a page's headings. */
function anchors(file: string): string[] {
  return [...text(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

for (const readme of readmes) {
  describe(`What ${readme} shows`, function () {
    this.timeout(60_000);

    it('compiles, as TypeScript users would write it', async () => {
      const files = blocks(readme, 'ts').map(({ code }, index) => write(`${readme}-${index}.mts`, code));
      const options = [
        '--target es2022',
        '--module nodenext',
        '--strict',
        '--types node,mocha',
        '--ignoreConfig',
      ];
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const all = options.flatMap((option) => option.split(' '));
      const { stdout } = await run(process.execPath, [tsc, ...all, ...files]).catch((error) => error);
      expect(stdout).to.equal('');
    });

    it('tests an application with passport-hiworks/testing, and passes', async () => {
      const [example, ...more] = blocks(readme, 'ts').filter(({ code }) =>
        code.includes("from 'passport-hiworks/testing'"),
      );
      expect(more).to.be.empty;
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const file = write(`${readme}-testing.mts`, example?.code as string);
      await run(process.execPath, [
        tsc,
        '--ignoreConfig',
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--types',
        'node,mocha',
        file,
      ]);
      const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
      const { stdout } = await run(process.execPath, [mocha, '--no-config', file.replace(/\.mts$/, '.mjs')]);
      expect(stdout).to.include('2 passing');
    });

    it('is a whole application that signs people in', async () => {
      const callbackURL = 'http://localhost:3000/auth/hiworks/callback';
      const hiworks = await createHiworksServer({ callbackURL, signInAs: '1234567' });
      const [application] = blocks(readme, 'js');
      let code = application?.code as string;
      for (const [documented, here] of [
        ['new HiworksStrategy(\n    {', 'new HiworksStrategy(\n    { ...JSON.parse(process.env.URLS),'],
        [
          /app\.listen\(3000.*\n/,
          'const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));\n',
        ],
      ] as const) {
        expect(code).to.match(
          typeof documented === 'string'
            ? new RegExp(documented.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
            : documented,
        );
        code = code.replace(documented, here);
      }
      const environment = {
        ...process.env,
        HIWORKS_CLIENT_ID: hiworks.options.clientID,
        HIWORKS_CLIENT_SECRET: hiworks.options.clientSecret,
        SESSION_SECRET: 'a secret for this test',
        URLS: JSON.stringify(hiworks.options),
      };
      const child = spawn(process.execPath, [write(`${readme}-app.mjs`, code)], {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const [port] = await once(child.stdout, 'data');
        const visitor = new Visitor(`http://127.0.0.1:${String(port).trim()}`);
        expect((await visitor.get('/')).body).to.include('href="/auth/hiworks">하이웍스로 로그인<');
        const start = await visitor.get('/auth/hiworks');
        const back = new URL(await hiworks.signIn(start.location as string, '1234567'));
        expect((await visitor.get(back.pathname + back.search)).status).to.equal(302);
        expect((await visitor.get('/')).body).to.include('홍길동');
        const again = await visitor.get(back.pathname + back.search);
        expect(again.headers.get('location'), 'failureRedirect').to.equal('/');
        expect((await visitor.get('/auth/hiworks/callback?error=server_error')).status).to.equal(502);
      } finally {
        child.kill();
        await hiworks.close();
      }
    });

    it('can be required', async () => {
      const [, required, ...more] = blocks(readme, 'js');
      expect(more).to.be.empty;
      const file = write(
        `${readme}-require.cjs`,
        `${required?.code}\nconsole.log(new Strategy({ clientID: 'a', clientSecret: 'b' }, () => {}).name);`,
      );
      expect((await run(process.execPath, [file])).stdout.trim()).to.equal('hiworks');
    });

    it('names commands that exist', () => {
      const { scripts } = JSON.parse(text('package.json'));
      const commands = blocks(readme, 'sh').map(({ code }) => code.trim());
      expect(commands).to.deep.equal([
        'npm install && npm start',
        'npm install && npm test',
        'npm install passport-hiworks passport express express-session',
      ]);
      expect(scripts).to.include.all.keys('start', 'test');
    });

    it('draws the requests that a login really makes', async () => {
      const diagram = blocks(readme, 'mermaid').map(({ code }) => code);
      const drawn = [...diagram.join().matchAll(/->>H: (\w+) ([\w/]+)(.*)/g)].map(
        ([, method, path, names]) => ({
          method,
          path,
          names: (names?.match(/\w+_\w+|state/g) ?? []).sort(),
        }),
      );
      const callbackURL = 'https://app.example.com/auth/hiworks/callback';
      const hiworks = await createHiworksServer({ callbackURL, signInAs: '1234567' });
      const strategy = new HiworksStrategy(
        { ...hiworks.options, fetchProfile: true },
        (_a, _r, profile, done) => done(null, profile),
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
  });
}

describe('The documentation', () => {
  it('is at the same depth in both languages', () => {
    const [english, korean] = readmes.map((readme) => ({
      headings: [...text(readme).matchAll(/^#+/gm)].map(([level]) => level),
      blocks: blocks(readme).map(({ language, code }) => [language, code.split('\n').length]),
      rows: [...text(readme).matchAll(/^\|/gm)].length,
      codeInTables: [...text(readme).matchAll(/^\| .*$/gm)].map(
        ([row]) => (row.match(/`[^`]+`/g) ?? []).length > 0,
      ),
    }));
    expect(korean).to.deep.equal(english);
  });

  it('names the versions of frameworks that the suite runs, no others', async () => {
    const { stdout } = await run(process.execPath, [join(root, 'test', 'frameworks', 'versions.mjs')]);
    const {
      'koa-passport/node_modules/passport': _own,
      express4,
      ...ran
    } = JSON.parse(stdout) as Record<string, string>;
    const versions = Object.entries(ran).map(([name, version]) => `${name} ${version}`);
    for (const readme of readmes) {
      const table = [...text(readme).matchAll(/^\| .*examples\/.*$/gm)].join('\n');
      const tables = `${table}\n${text(readme).match(/connect-redis.*redis [\d.]+/)?.[0]}`;
      for (const version of versions) {
        expect(tables).to.include(version);
      }
      const known = new Set([express4, ...Object.values(ran)]);
      for (const [version] of tables.matchAll(/\d+\.\d+\.\d+/g)) {
        expect(known, `${readme} names ${version}`).to.include(version);
      }
    }
  });

  it('links to nothing that is not there', () => {
    const pages = [
      ...readmes,
      'SECURITY.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'docs/probe.md',
      'bench/README.md',
    ];
    for (const page of pages) {
      for (const [, target] of text(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        const [file, anchor] = decodeURIComponent(target as string).split('#');
        if (/^https?:/.test(target as string)) {
          continue;
        }
        const linked = file ? join(page, '..', file) : page;
        expect(existsSync(join(root, linked)), `${page} links to ${target}`).to.equal(true);
        if (anchor) {
          expect(anchors(linked), `${page} links to ${target}`).to.include(anchor);
        }
      }
    }
  });
});
