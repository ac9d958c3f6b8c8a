import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type HiworksFailureCode, HiworksStrategy, type HiworksTransportCode } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';
import { authenticate, callback, get } from './support/login.js';
import { block, blocks, korean, pages, root, text, withoutComments } from './support/pages.js';

const run = promisify(execFile);
// Below the package, so that its own name and those of its dependencies resolve.
const folder = join(root, 'build', 'docs');

// The probe's report is shown in one of them only: it is English in both.
const translated = pages.filter((page) => pages.includes(korean(page)) && page !== 'docs/probe.md');
// The recipes and the notes on frameworks are run by suites of their own, which have what those import.
const checked = pages.filter((page) => !/recipes|frameworks|nestjs|menu-login/.test(page));
const recipes = translated.filter((page) => page.startsWith('docs/recipes/'));
const same = ['README.md', 'docs/reference.md', 'docs/protocol.md'];

/** What the TypeScript blocks assume, so that each need not repeat it. */
const globals = `
import type { Express } from 'express';
import type { HiworksStrategy, HiworksStrategyOptions } from 'passport-hiworks';
declare global {
  const app: Express;
  const options: HiworksStrategyOptions;
  const strategy: HiworksStrategy;
  const saved: { refreshToken: string };
}
`;

/** What a block without imports of its own assumes. */
const IMPORTS = `
import type { Request, Response } from 'express';
import passport from 'passport';
import { type HiworksProfile, HiworksStrategy } from 'passport-hiworks';
`;

/** Every code of a failure and of a HiworksTransportError; the compiler knows if one is missing. */
const CODES = Object.keys({
  access_denied: 0,
  office_not_allowed: 0,
  no_pending_login: 0,
  state_mismatch: 0,
  state_missing: 0,
  begun_elsewhere: 0,
  bad_callback: 0,
  wrong_method: 0,
  not_a_navigation: 0,
  prefetch: 0,
  timeout: 0,
  busy: 0,
  connection_failed: 0,
  too_large: 0,
  redirected: 0,
  unexpected_status: 0,
  not_json: 0,
  wrong_shape: 0,
} satisfies Record<Exclude<HiworksFailureCode, 'wrong_path'> | HiworksTransportCode, 0>);

/** How the blocks begin that `readme.test.ts` runs. Those in TypeScript are compiled here. */
const RUN = {
  'README.md': [
    'import session from',
    "app.get('/login'",
    "app.post('/logout'",
    'import assert from',
    'HIWORKS_CLIENT_ID=',
  ],
  'docs/reference.md': ['import express from'],
};

/** Every line of a shell block is one of these. */
const COMMANDS = [
  /^npm (install|test|start|run [\w:-]+|init -y|pack)( && npm (test|start))?( --?[\w-]+)*( @?[\w./-]+(@\d+)?)*$/,
  /^npx passport-hiworks (fake|probe)( .*)?$/,
  /^npx tsc( --?\w+( \w+)?| app\.mts)*$/,
  /^node --test --test-force-exit --test-timeout=\d+$/,
  /^curl -i http:\/\/localhost:3000\/auth\/hiworks$/,
];

/** The whole application with the changes that the page shows: each run of `-` lines becomes the `+` lines after it. */
function inTypeScript(page: string): string {
  let code = text('examples/start/app.mjs');
  const hunks = block(page, '\n-').matchAll(/((?:^[- ].*\n)+)((?:^\+.*\n)+)/gm);
  for (const [, before = '', after = ''] of hunks) {
    const old = before.replace(/^[- ]/gm, '');
    const kept = before.replace(/^-.*\n/gm, '').replace(/^ /gm, '');
    expect(code.split(old), `app.mjs has ${old} once`).to.have.length(2);
    code = code.replace(old, () => kept + after.replace(/^\+/gm, ''));
  }
  return code;
}

/** GitHub's anchors of a page's headings. */
function anchors(page: string): string[] {
  return [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** Compiles under `strict`, and resolves with the compiler's messages. */
async function compile(files: string[]): Promise<string> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = '--strict --target es2022 --module nodenext --types node --ignoreConfig --noEmit --allowJs';
  const { stdout } = await run(process.execPath, [tsc, ...options.split(' '), ...files], {
    cwd: folder,
  }).catch((error) => error);
  return stdout;
}

before(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});

describe('A block of the documentation', function () {
  this.timeout(120_000);

  it('names its language, and is JSON if it says so', () => {
    for (const page of pages) {
      for (const { language, code } of blocks(page)) {
        expect(language, `${page}:\n${code}`).not.to.equal('');
        if (language === 'json') {
          expect(() => JSON.parse(code), page).not.to.throw();
        }
      }
    }
  });

  for (const [page, beginnings] of Object.entries(RUN)) {
    it(`is run, compiled or a known command: ${page}`, () => {
      for (const { language, code } of blocks(page)) {
        if (language === 'sh') {
          for (const line of code.trim().split('\n')) {
            expect(
              COMMANDS.some((command) => command.test(line)),
              line,
            ).to.equal(true);
          }
        } else if (language !== 'ts' && language !== 'diff') {
          const rules = beginnings.filter((beginning) => code.startsWith(beginning));
          expect(rules, code).to.have.length(1);
        }
      }
      for (const beginning of beginnings) {
        expect(
          blocks(page).filter(({ code }) => code.startsWith(beginning)),
          beginning,
        ).to.have.length(1);
      }
      expect(blocks(page, 'diff')).to.have.length(page === 'docs/reference.md' ? 1 : 0);
    });
  }

  it('compiles under strict TypeScript if it is TypeScript', async () => {
    writeFileSync(join(folder, 'globals.d.mts'), globals);
    const files = checked.flatMap((page) =>
      blocks(page, 'ts')
        .filter(({ code }) => !code.includes('PassportStrategy(')) // run by test:frameworks, which has NestJS
        .map(({ code }, index) => {
          const name = `${page.replace(/\W/g, '-')}-${index}.mts`;
          const imports = code.includes('import ') ? '' : IMPORTS;
          writeFileSync(join(folder, name), imports + code);
          return name;
        }),
    );
    expect(files).not.to.be.empty;
    expect(await compile(['globals.d.mts', ...files])).to.equal('');
  });

  it('turns the whole application into strict TypeScript if it is the diff of the reference', async () => {
    writeFileSync(join(folder, 'app.mts'), inTypeScript('docs/reference.md'));
    expect(await compile(['app.mts'])).to.equal('');
  });

  it('names commands and scripts that exist', () => {
    const { scripts } = JSON.parse(text('package.json'));
    for (const page of checked) {
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

describe('The documentation', () => {
  it('shows the whole application as it is in examples/start, once in each language', () => {
    const file = text('examples/start/app.mjs');
    expect(block('docs/reference.md', 'process.exit(1);')).to.equal(file);
    expect(withoutComments(block('docs/reference.ko.md', 'process.exit(1);'))).to.equal(
      withoutComments(file),
    );
  });

  for (const page of same) {
    it(`shows the same code in both languages, comments aside: ${page}`, () => {
      const [english, other] = [page, korean(page)].map((file) =>
        blocks(file)
          .filter(({ language }) => language !== 'mermaid')
          .map(({ language, code }) => [language, withoutComments(code)]),
      );
      expect(other).to.deep.equal(english);
    });
  }

  for (const page of translated) {
    it(`is at the same depth in both languages: ${page}`, () => {
      const [english, other] = [page, korean(page)].map((file) => ({
        headings: [...text(file).matchAll(/^#+ /gm)].map(([level]) => level),
        blocks: blocks(file).map(({ language, code }) => [language, code.split('\n').length]),
        rows: [...text(file).matchAll(/^\|/gm)].length,
        points: [...text(file).matchAll(/^\* /gm)].length,
      }));
      expect(other).to.deep.equal(english);
    });
  }

  it('begins with the login in at most 24 lines, and the README has at most 360', () => {
    for (const page of ['README.md', 'README.ko.md']) {
      expect(text(page).split('\n')).to.have.length.below(362);
      const [first] = blocks(page, 'js');
      expect(first?.code.trim().split('\n')).to.have.length.below(25);
    }
  });

  it('explains every code of a failure and of a transport error in the README', () => {
    for (const page of ['README.md', 'README.ko.md']) {
      const cells = [...text(page).matchAll(/^\| ([^|]*`[^|]*) \| [^|]* \| [^|]* \|$/gm)].map(
        ([, cell]) => cell,
      );
      const explained = cells.join().match(/(?<=`)\w+(?=`)/g);
      expect(explained, page).to.include.members(CODES);
    }
  });

  it('names the framework versions of the examples', () => {
    for (const readme of ['README.md', 'README.ko.md']) {
      const rows = [...text(readme).matchAll(/^\| \[(\w+)\]\(examples\/([\w-]+)\) \| (.*) \|$/gm)];
      expect(rows).to.have.length(5);
      for (const [, name = '', example, versions] of rows) {
        const { dependencies } = JSON.parse(text(`examples/${example}/package.json`));
        const range: string = dependencies[name === 'NestJS' ? '@nestjs/core' : name.toLowerCase()];
        expect(versions?.match(/\d+/g), `${example}: ${range}`).to.include(range.match(/\d+/)?.[0]);
      }
    }
  });

  for (const index of ['docs/recipes.md', 'docs/recipes.ko.md']) {
    it(`lists every recipe by its title: ${index}`, () => {
      const rows = [...text(index).matchAll(/\| \[(.*)\]\((\S+)\) \|$/gm)];
      const listed = Object.fromEntries(rows.map(([, title, page]) => [`docs/${page}`, title]));
      const language = index.endsWith('.ko.md');
      for (const page of [...recipes, 'docs/menu-login.md'].map((name) => (language ? korean(name) : name))) {
        expect(listed, page).to.have.property(page, text(page).match(/^# (.*)$/m)?.[1]);
      }
    });
  }

  it('has no dead links', () => {
    const dead: string[] = [];
    for (const page of pages) {
      for (const [, target = ''] of text(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        const [file, anchor] = decodeURIComponent(target).split('#');
        const linked = file ? join(dirname(page), file) : page;
        if (/^https?:/.test(target)) {
          continue;
        }
        if (!existsSync(join(root, linked)) || (anchor && !anchors(linked).includes(anchor))) {
          dead.push(`${page}: ${target}`);
        }
      }
    }
    expect(dead).to.deep.equal([]);
  });
});

describe('The diagram of docs/protocol.md', () => {
  for (const page of ['docs/protocol.md', 'docs/protocol.ko.md']) {
    it(`shows the requests that a login really makes: ${page}`, async () => {
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
