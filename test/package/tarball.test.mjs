import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { packed, projectWith, root, run } from './workspace.mjs';

const checker = (name) => join(root, 'node_modules/.bin', name);

describe('The tarball', () => {
  it('the tarball holds exactly the files of files.txt', async () => {
    const expected = await readFile(new URL('files.txt', import.meta.url), 'utf8');
    const { files } = await packed();
    const paths = files.map(({ path }) => path);
    expect(`${paths.sort().join('\n')}\n`).to.equal(expected);
  });

  it('the tarball has at most 100 kB', async () => {
    const { size } = await packed();
    expect(size).to.be.at.most(100_000);
  });

  it('a project gets at most 8 packages with it, itself included and types aside', async () => {
    const { path } = await packed();
    const project = await projectWith(path);
    const installed = await run('npm', ['ls', '--all', '--parseable'], project);
    const names = installed
      .trim()
      .split('\n')
      .slice(1)
      .map((folder) => relative(join(project, 'node_modules'), folder))
      .filter((name) => !name.startsWith('@types/'));
    expect(names).to.include('passport-hiworks').and.include('passport-oauth2');
    expect(names).to.have.length.at.most(8);
  });

  it('publint finds nothing in the tarball', async () => {
    const { path } = await packed();
    await run(checker('publint'), ['--strict', path]);
  });

  it('attw finds the right types for every way to resolve the package', async () => {
    const { path } = await packed();
    await run(checker('attw'), [path]);
  });
});
