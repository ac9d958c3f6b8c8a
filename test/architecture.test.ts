import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { expect } from 'chai';

const LIB = join(__dirname, '../lib');

// A room is a folder of lib, or a file in lib itself. What each may import, types included; `index` may import all.
const BASE = ['options', 'errors', 'util'];
const NETWORK = ['http', ...BASE];
const PROTOCOL = ['hiworks', ...NETWORK];
const STRATEGY = ['login', 'passport', 'messages', 'verify', ...PROTOCOL];
const ARROWS: Record<string, string[]> = {
  util: [],
  errors: ['util'],
  options: ['errors', 'util'],
  messages: BASE,
  http: BASE,
  passport: BASE,
  hiworks: NETWORK,
  login: ['passport', ...PROTOCOL],
  verify: ['passport', ...PROTOCOL],
  strategy: STRATEGY,
  'passport-types': ['options', 'strategy'],
  sso: STRATEGY,
  testing: ['util'],
  cli: ['sso', 'testing', ...PROTOCOL],
};

const UNIDIOMATIC = /\b(the person|whoever|whatever|nobody|somebody|anybody|words)\b/gi;

const files = readdirSync(LIB, { recursive: true })
  .map((file) => String(file).split(sep).join('/'))
  .filter((file) => /\.m?ts$/.test(file));
const texts = new Map(files.map((file) => [file, readFileSync(join(LIB, file), 'utf8')]));

const roomOf = (file: string) => file.split(/[/.]/, 1)[0] as string;

/** Names (`http/client.ts`) of the files that a file imports in any form, types included. */
function importsOf(file: string): string[] {
  const specifiers = (texts.get(file) as string).matchAll(/(?:\bfrom|\bimport\(|\brequire\()\s*'(\.[^']+)'/g);
  return [...specifiers]
    .map(([, path]) => posix.join(posix.dirname(file), path as string).replace(/js$/, 'ts'))
    .filter((name) => texts.has(name));
}

/** Paths that lead back to where they begin. */
function circles(nodes: string[], next: (node: string) => string[]): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (node: string, path: string[]) => {
    if (path.includes(node)) {
      found.push([...path.slice(path.indexOf(node)), node].join(' → '));
    } else if (!done.has(node)) {
      for (const other of next(node)) {
        visit(other, [...path, node]);
      }
      done.add(node);
    }
  };
  for (const node of nodes) {
    visit(node, []);
  }
  return found;
}

/** Lines that are neither blank nor comment. */
function codeLines(file: string): number {
  const lines = (texts.get(file) as string).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/^(\/\/|\/\*|\*)/.test(line)).length;
}

const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);

describe('Architecture', () => {
  const top = files.filter((file) => !file.includes('/'));
  it(`lib has at most 9 files of its own (${top.length})`, () => {
    expect(top).to.have.length.at.most(9);
  });

  const rooms = [...new Set(files.map(roomOf))];
  it('lib has imports in the direction of the arrows only, between rooms', () => {
    const against = files
      .filter((file) => roomOf(file) !== 'index')
      .flatMap((file) => importsOf(file).map((imported) => ({ file, imported })))
      .filter(({ file, imported }) => {
        const [from, to] = [roomOf(file), roomOf(imported)];
        return from !== to && !ARROWS[from]?.includes(to);
      });
    expect(against.map(({ file, imported }) => `${file} → ${imported}`)).to.deep.equal([]);
  });

  it('lib has no circle of imports between files, types included', () => {
    expect(circles(files, importsOf)).to.deep.equal([]);
  });

  it('lib has no circle of imports between rooms, types included', () => {
    const next = (room: string) =>
      files
        .filter((file) => roomOf(file) === room)
        .flatMap((file) => importsOf(file).map(roomOf))
        .filter((other) => other !== room);
    expect(circles(rooms, next)).to.deep.equal([]);
  });

  const [longest] = files.toSorted((a, b) => codeLines(b) - codeLines(a)) as [string];
  it(`lib has at most 220 lines of code in a file (${longest}: ${codeLines(longest)})`, () => {
    expect(files.filter((file) => codeLines(file) > 220)).to.deep.equal([]);
  });

  const strategy = files.filter((file) => !/^(sso|testing|cli)\//.test(file));
  const lines = sum(strategy.map(codeLines));
  it(`lib has at most 2,100 lines of code for the strategy (${lines}), without sso, testing and cli`, () => {
    expect(lines).to.be.at.most(2100);
  });

  const cli = sum(files.filter((file) => file.startsWith('cli/')).map(codeLines));
  it(`lib has at most 750 lines of code for the commands (${cli})`, () => {
    expect(cli).to.be.at.most(750);
  });

  const odd = files.flatMap((file) =>
    [...(texts.get(file) as string).matchAll(UNIDIOMATIC)].map(([found]) => `${file}: ${found}`),
  );
  it(`lib has at most 12 of the words that an idiomatic sentence seldom needs (${odd.length})`, () => {
    expect(odd.length, odd.join('\n')).to.be.at.most(12);
  });
});
