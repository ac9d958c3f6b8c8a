import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const build = fileURLToPath(new URL('build/', import.meta.url));
const tools = fileURLToPath(new URL('../tools/node_modules', import.meta.url));

/** The commands as the page shows them, and what each says of two tests that pass. */
const COMMANDS = [
  ['mocha', 'npx mocha login.mocha.test.mjs', /2 passing/],
  [
    'Jest',
    'NODE_OPTIONS=--experimental-vm-modules npx jest login.jest.test.mjs',
    /Tests: +2 passed, 2 total/,
  ],
  ['Vitest', 'npx vitest run login.vitest.test.mjs', /Tests +2 passed \(2\)/],
  ['node --test', 'node --test login.node.test.mjs', /^# pass 2$/m],
];

describe('Recipe: a test of the login', () => {
  let project;

  before(() => {
    project = mkdtempSync(join(build, 'project-'));
    cpSync(join(build, 'testing'), project, { recursive: true });
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, '.mocharc.json'), '{}'); // or mocha would find this repository's
    symlinkSync(tools, join(project, 'node_modules'));
  });
  after(() => rmSync(project, { recursive: true }));

  async function shell(command) {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, CI: 'true', NO_COLOR: '1' };
    const { stdout, stderr } = await run('sh', ['-c', command], { cwd: project, env }).catch(
      (error) => error,
    );
    return `${stdout}${stderr}`;
  }

  for (const [tool, command, passed] of COMMANDS) {
    it(`passes under ${tool}`, async () => {
      expect(await shell(command)).to.match(passed);
    });
  }

  it('fails if nobody stays signed in', async () => {
    const app = readFileSync(join(project, 'app.mjs'), 'utf8');
    const broken = app.replace(
      'deserializeUser((user, done) => done(null, user))',
      'deserializeUser((_, done) => done(null, false))',
    );
    expect(broken).not.to.equal(app);
    writeFileSync(join(project, 'broken.mjs'), broken);
    const test = readFileSync(join(project, 'login.mocha.test.mjs'), 'utf8').replace(
      './app.mjs',
      './broken.mjs',
    );
    writeFileSync(join(project, 'broken.test.mjs'), test);
    expect(await shell('npx mocha broken.test.mjs'))
      .to.include('1 passing')
      .and.to.include('1 failing');
  });

  it('is shown with these commands', () => {
    for (const page of ['testing.md', 'testing.ko.md']) {
      const text = readFileSync(
        fileURLToPath(new URL(`../../docs/recipes/${page}`, import.meta.url)),
        'utf8',
      );
      for (const [, command] of COMMANDS) {
        expect(text).to.include(command);
      }
    }
  });
});
