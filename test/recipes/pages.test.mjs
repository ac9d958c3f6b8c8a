import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { korean, PAGES, readPage, resolveLink } from './support/pages.mjs';

const recipes = fileURLToPath(new URL('../../examples/recipes/', import.meta.url));
const tools = fileURLToPath(new URL('../tools', import.meta.url));
const read = (url) => readFileSync(new URL(url, import.meta.url), 'utf8');

/** The blocks of a page that show a file: the file's path, and the block. */
function shownFiles(page) {
  const shown = /^\[`([^`]+)`\]\((\S+)\):\n\n```\w+\n([\s\S]*?)^```$/gm;
  return [...readPage(page).matchAll(shown)].map(([, name, target, code]) => ({
    name,
    path: resolveLink(page, target),
    code,
  }));
}

function withoutComments(code) {
  return code
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replace(/^\s*(\/\/|#) .*\n/gm, '')
    .replace(/^\s*<!-- .* -->\n/gm, '')
    .replace(/\s+(\/\/|#|--) .*$/gm, '');
}

/** What has to be the same in both languages. */
function outline(page) {
  const text = readPage(page);
  return {
    headings: [...text.matchAll(/^(#+) /gm)].map(([, level]) => level.length),
    items: [...text.matchAll(/^(\*|\d+\.) /gm)].length,
    rows: [...text.matchAll(/^\|.*$/gm)].map(([row]) => row.split('|').length),
    blocks: [...text.matchAll(/^ *```(\w+)\n([\s\S]*?)^ *```$/gm)].map(([, language, code]) => [
      language,
      withoutComments(code),
    ]),
    links: [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target.replace('.ko.md', '.md'))
      .filter((target) => target !== basename(page).replace('.ko.md', '.md')) // the other language
      .sort(),
  };
}

describe('The pages of recipes', () => {
  for (const page of PAGES) {
    it(`docs/${page} shows files of examples/recipes as they are`, () => {
      for (const { name, path, code } of shownFiles(page)) {
        expect(path.startsWith(recipes), path).to.equal(true);
        expect(basename(path)).to.equal(name);
        expect(code, name).to.equal(readFileSync(path, 'utf8'));
      }
    });

    it(`docs/${korean(page)} says the same at the same depth, with the same code`, () => {
      expect(outline(korean(page))).to.deep.equal(outline(page));
    });

    for (const version of [page, korean(page)]) {
      it(`docs/${version} links to nothing that is not there`, () => {
        for (const [, target] of readPage(version).matchAll(/\]\(([^)\s]+)\)/g)) {
          if (!target.startsWith('https:')) {
            expect(existsSync(resolveLink(version, target)), target).to.equal(true);
          }
        }
      });
    }
  }

  it('show every file that there is', () => {
    const files = readdirSync(recipes, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('//', '/'));
    const shown = new Set(PAGES.flatMap((page) => shownFiles(page).map(({ path }) => path)));
    expect([...shown]).to.have.members(files);
  });

  it('are all linked from the list of recipes', () => {
    const list = readPage('recipes.md');
    for (const page of PAGES.slice(1)) {
      expect(list).to.include(`(${page})`);
    }
  });

  it('name commands that exist', () => {
    const help = execFileSync('node_modules/.bin/passport-hiworks', ['--help'], {
      cwd: tools,
      encoding: 'utf8',
    });
    const fake = execFileSync('node_modules/.bin/passport-hiworks', ['fake', '--help'], {
      cwd: tools,
      encoding: 'utf8',
    });
    for (const page of PAGES.flatMap((page) => [page, korean(page)])) {
      for (const [, command, option] of readPage(page).matchAll(
        /npx passport-hiworks (\w+(?: sso)?)(?: (--[\w-]+))?/g,
      )) {
        expect(help, page).to.match(new RegExp(`: passport-hiworks ${command} \\[`, 'm'));
        expect(fake, page).to.include(option ?? '');
      }
    }
  });

  it('install what the tests run with', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    for (const page of PAGES) {
      for (const [, names] of readPage(page).matchAll(/^npm install (?:--save-dev )?(.+)$/gm)) {
        for (const name of names.split(' ').filter((name) => name !== 'passport-hiworks')) {
          expect({ ...dependencies, ...devDependencies }, page).to.have.property(name);
        }
      }
      const imported = shownFiles(page)
        .filter(() => page !== 'recipes/testing.md')
        .flatMap(({ code }) => [...code.matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name))
        .filter((name) => !/^(node:|passport-hiworks)/.test(name));
      const lines = [...readPage(page).matchAll(/^npm install (.+)$/gm)];
      const installed = lines.flatMap(([, names]) => names.split(' '));
      expect(installed, page).to.include.members(imported);
    }
  });
});
