import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { once, packed, projectWith, root, run } from './workspace.mjs';

const applications = fileURLToPath(new URL('applications', import.meta.url));

const installed = once(async () => {
  const { path } = await packed();
  const project = await projectWith(path, 'passport');
  await cp(applications, project, { recursive: true });
  return project;
});

const MAJORS = ['20', '22', '24', '26'];
const PLATFORM = `node-${process.platform}-${process.arch}`;
const releases = once(() => projectWith(...MAJORS.map((major) => `node-${major}@npm:${PLATFORM}@${major}`)));

describe('Installed in an empty project', () => {
  for (const major of MAJORS) {
    describe(`under Node.js ${major}`, () => {
      let node;
      let project;

      before(async () => {
        node = join(await releases(), `node_modules/node-${major}/bin/node`);
        project = await installed();
        expect(await run(node, ['--version'])).to.match(new RegExp(`^v${major}\\.`));
      });

      for (const application of ['login.cjs', 'login.mjs']) {
        it(`signs 홍길동 in with ${application}`, async () => {
          const profile = JSON.parse(await run(node, [application], project));
          expect(profile).to.include({
            provider: 'hiworks',
            id: '1234567',
            officeNo: '123123',
            displayName: '홍길동',
          });
        });
      }

      it('is one and the same by require and by import', async () => {
        const same = JSON.parse(await run(node, ['same.mjs'], project));
        expect(same).to.deep.equal({
          HiworksStrategy: true,
          Strategy: true,
          default: true,
          isHiworksError: true,
          HiworksSSOStrategy: true,
          createHiworksServer: true,
        });
      });

      it('explains its commands', async () => {
        const help = await run(node, ['node_modules/.bin/passport-hiworks', '--help'], project);
        expect(help).to.match(/^(Usage: passport-hiworks COMMAND|사용법)/);
      });

      // The release that runs this has passed them already. The commands, the demo and the documents start processes of
      // their own, with whatever `node` is: they say nothing of this one.
      if (!process.version.startsWith(`v${major}.`)) {
        it('passes the tests of the library', async () => {
          const files = (await readdir(join(root, 'build'))).filter((name) =>
            /^(?!cli-|demo|docs|security).*\.test\.js$/.test(name),
          );
          const mocha = ['node_modules/mocha/bin/mocha.js', '--parallel', '--jobs', '2', '--reporter', 'dot'];
          await run(node, [...mocha, ...files.map((name) => `build/${name}`)], root);
        });
      }
    });
  }
});
