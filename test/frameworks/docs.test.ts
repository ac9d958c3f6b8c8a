import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { lock, root } from './workspace.js';

const PAGES = ['docs/frameworks.md', 'docs/nestjs.md', 'docs/modern-frameworks.md'];
const README = 'README.md';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const korean = (page: string) => page.replace(/\.md$/, '.ko.md');

/** Code without indentation, comments (each language has its own), and what only the suite needs. */
function normalize(code: string): string {
  return code
    .replace(/^\s*\/\*\*[\s\S]*?\*\/$/gm, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/ .*$/, '').trim())
    .filter((line) => line && !line.startsWith("baseURL: config.getOrThrow('HIWORKS_BASE_URL')"))
    .join('\n');
}

/** What the suite runs or compiles. */
const sources = [
  'test/frameworks/notes',
  'test/frameworks/web',
  'test/frameworks/next',
  'test/frameworks/types',
  'examples',
].flatMap((place) =>
  readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => /\.(mjs|js|jsx|ts)$/.test(path) && !/node_modules|dist|\.next|recipes|demo|start/.test(path),
    )
    .map((path) => normalize(read(join(place, path)))),
);

const blocksOf = (page: string) =>
  [...read(page).matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code]) => normalize(code as string));

function expectSource(block: string, page: string): void {
  expect(
    sources.some((source) => source.includes(block)),
    `${page}: ${block}`,
  ).to.equal(true);
}

for (const page of PAGES) {
  it(`Each block of ${page} is part of a file that the suite runs or compiles`, () => {
    const blocks = blocksOf(page);
    expect(blocks).to.have.length.above(5);
    for (const block of blocks) {
      expectSource(block, page);
    }
  });

  it(`${page} and its Korean page show the same code`, () => {
    expect(blocksOf(korean(page))).to.deep.equal(blocksOf(page));
  });

  it(`${page} and its Korean page have as many sections, rows and points`, () => {
    const shape = (text: string) => text.match(/^(#+ |\||\* |```)/gm)?.join('');
    expect(shape(read(korean(page)))).to.equal(shape(read(page)));
  });

  for (const each of [page, korean(page)]) {
    it(`${each} names major versions that the suite has`, () => {
      const [, table = ''] = /\n\| --- \|(?: --- \|)+\n((?:(?!\n\| --- \|)[\s\S])*)$/.exec(read(each)) ?? [];
      const named = [...table.matchAll(/(?<![\w/@])(@?[a-z][\w./-]+) ((?:0\.)?\d+)(?=,| \|)/g)];
      expect(named).to.have.length.above(7);
      for (const [, name, major] of named) {
        const versions = Object.entries(lock.packages)
          .filter(([path]) => path.endsWith(`node_modules/${name}`))
          .map(([, { version }]) => version?.match(/^(0\.)?\d+/)?.[0]);
        expect(versions, name).to.include(major);
      }
    });
  }
}

for (const page of [README, korean(README)]) {
  it(`The NestJS lines of ${page} are those that the suite runs`, () => {
    const blocks = blocksOf(page).filter((block) => block.includes('PassportStrategy('));
    expect(blocks).to.have.length.above(0);
    for (const block of blocks) {
      expectSource(block, page);
    }
  });
}
