import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { lock, root } from './workspace.js';

const PAGES = ['docs/frameworks.md', 'docs/frameworks.ko.md'];

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The code of a text, line by line without its indentation. */
const linesOf = (code: string) =>
  code
    .trim()
    .split(/\s*\n\s*/)
    .join('\n');

/** What the suite runs: the applications of the notes, and the examples. */
const applications = ['test/frameworks/notes', 'test/frameworks/next', 'examples'].flatMap((place) =>
  readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => /\.(mjs|js|jsx|ts)$/.test(path) && !/node_modules|dist|\.next|recipes|demo|start/.test(path),
    )
    .map((path) => linesOf(read(join(place, path)))),
);

const blocksOf = (page: string) =>
  [...read(page).matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code]) => linesOf(code as string));

for (const page of PAGES) {
  describe(`What ${page} shows`, () => {
    it('is part of an application that the suite runs', () => {
      const blocks = blocksOf(page);
      expect(blocks).to.have.length.above(8);
      for (const block of blocks) {
        expect(
          applications.some((application) => application.includes(block)),
          block,
        ).to.equal(true);
      }
    });

    it('ran with the major versions that it names', () => {
      const [, table = ''] = /\n\| --- \| --- \|\n((?:(?!\n\| --- \|)[\s\S])*)$/.exec(read(page)) ?? [];
      const named = [...table.matchAll(/(@?[\w/-]+) ((?:0\.)?\d+)(?=[, ])/g)];
      expect(named).to.have.length.above(10);
      for (const [, name, major] of named) {
        const version = lock.packages[`node_modules/${name}`]?.version;
        expect(version?.match(/^(0\.)?\d+/)?.[0], name).to.equal(major);
      }
    });
  });
}

describe('The two pages about frameworks', () => {
  it('show the same code', () => {
    const [english, korean] = PAGES.map(blocksOf);
    expect(korean).to.deep.equal(english);
  });
});
