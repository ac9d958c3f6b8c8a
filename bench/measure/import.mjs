import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compared } from '../lines.mjs';
import { leastDisturbed } from '../statistics.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** CPU and milliseconds that `import` takes in a fresh process, from an ES module, with a warm file cache. */
export async function measure({ rounds, progress }) {
  const cpu = { plain: [], hiworks: [] };
  const wall = { plain: [], hiworks: [] };
  for (let round = 0; round < rounds; round++) {
    progress(`import, round ${round + 1}/${rounds}`);
    for (const [contestant, name] of [
      ['plain', 'passport-oauth2'],
      ['hiworks', 'passport-hiworks'],
    ]) {
      const program = `
        const [at, before] = [performance.now(), process.cpuUsage()];
        await import('${name}');
        const { user, system } = process.cpuUsage(before);
        console.log(JSON.stringify([(user + system) / 1000, performance.now() - at]));`;
      const args = ['--input-type=module', '--eval', program];
      const sample = JSON.parse(execFileSync(process.execPath, args, { cwd: FOLDER }));
      cpu[contestant].push(sample[0]);
      wall[contestant].push(sample[1]);
    }
  }
  return [
    compared('import: CPU', 'ms', cpu, leastDisturbed, 1.25),
    compared('import: time', 'ms', wall, leastDisturbed, 1.25),
  ];
}
