import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MAJORS, nodeOf } from '../runtimes/releases.mjs';
import { once, packed, projectWith, run } from './workspace.mjs';

const applications = fileURLToPath(new URL('applications', import.meta.url));

const installed = once(async () => {
  const { path } = await packed();
  const project = await projectWith(path, 'passport');
  await cp(applications, project, { recursive: true });
  return project;
});

const bundler = once(() => projectWith('esbuild'));

describe('The package, installed in an empty project', () => {
  for (const major of MAJORS) {
    describe(`under Node.js ${major}`, () => {
      let node;
      let project;

      before(async () => {
        node = nodeOf(major);
        project = await installed();
        expect(await run(node, ['--version'])).to.match(new RegExp(`^v${major}\\.`));
      });

      for (const application of ['login.cjs', 'login.mjs']) {
        it(`${application} signs 홍길동 in under Node.js ${major}`, async () => {
          const profile = JSON.parse(await run(node, [application], project));
          expect(profile).to.include({
            provider: 'hiworks',
            id: '1234567',
            officeNo: '123123',
            displayName: '홍길동',
          });
        });
      }

      it(`require and import give the same classes under Node.js ${major}`, async () => {
        const [main, sso, testing] = JSON.parse(await run(node, ['same.mjs'], project));
        expect(main).to.include({ isDefault: true, isSame: true });
        expect(main.names).to.deep.equal([
          'HiworksAuthorizationError',
          'HiworksProfileError',
          'HiworksStrategy',
          'HiworksTokenError',
          'HiworksTransportError',
          'Strategy',
          'isHiworksError',
          'visitorMessage',
        ]);
        expect(sso).to.deep.equal({
          isDefault: true,
          isSame: true,
          names: ['HiworksSSOStrategy', 'Strategy'],
        });
        expect(testing).to.deep.equal({ isDefault: true, isSame: true, names: ['createHiworksServer'] });
      });

      it(`the command explains itself under Node.js ${major}`, async () => {
        const help = await run(node, ['node_modules/.bin/passport-hiworks', '--help'], project);
        expect(help).to.match(/passport-hiworks fake/);
      });
    });
  }

  for (const [bundle, ...options] of [
    ['bundle.cjs'],
    ['module-field.cjs', '--main-fields=module,main'],
    ['external.cjs', '--packages=external'],
    ['external.mjs', '--packages=external', '--format=esm'],
  ]) {
    it(`a bundle signs 홍길동 in: ${['esbuild', ...options].join(' ')}`, async () => {
      const project = await installed();
      const esbuild = join(await bundler(), 'node_modules/.bin/esbuild');
      await run(
        esbuild,
        ['named.mjs', '--bundle', '--platform=node', `--outfile=${bundle}`, ...options],
        project,
      );
      expect(JSON.parse(await run(process.execPath, [bundle], project))).to.include({ id: '1234567' });
    });
  }
});
