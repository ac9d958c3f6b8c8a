import { expect } from 'chai';
import { packed, projectWith, run } from './workspace.mjs';

const RUNS = 20;
/** `npm run bench` measures it closely. One file a module, without build.mjs, would be over this. */
const LIMIT = 1.25;

/** The least CPU, in microseconds, that a fresh process took to import each of the packages, in turns. */
async function leastCPU(project, ...names) {
  const least = Object.fromEntries(names.map((name) => [name, Infinity]));
  for (let round = 0; round < RUNS; round++) {
    for (const name of names) {
      const program = `
        const before = process.cpuUsage();
        await import('${name}');
        const { user, system } = process.cpuUsage(before);
        console.log(user + system);`;
      const args = ['--input-type=module', '--eval', program];
      least[name] = Math.min(least[name], Number(await run(process.execPath, args, project)));
    }
  }
  return least;
}

describe('The cost of import', () => {
  it(`import 'passport-hiworks' takes at most ${LIMIT} of the CPU of import 'passport-oauth2'`, async () => {
    const project = await projectWith((await packed()).path);
    const cpu = await leastCPU(project, 'passport-oauth2', 'passport-hiworks');
    expect(cpu['passport-hiworks'] / cpu['passport-oauth2']).to.be.within(0.5, LIMIT);
  });
});
