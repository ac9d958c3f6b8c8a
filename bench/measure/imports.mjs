import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { estimated, leastDisturbed } from '../statistics.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

const SPECIFIERS = {
  'passport-oauth2': 'passport-oauth2',
  'passport-hiworks': 'passport-hiworks',
  'passport-google-oauth20': 'passport-google-oauth20',
  'passport-naver-v2': 'passport-naver-v2',
  'openid-client': 'openid-client/passport',
  undici: 'undici',
};

/** Milliseconds that `import` takes in a fresh process, for each strategy. */
export function imports({ rounds, progress }) {
  const measured = Object.fromEntries(Object.keys(SPECIFIERS).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    progress(`import, round ${round + 1}/${rounds}`);
    for (const [name, specifier] of Object.entries(SPECIFIERS)) {
      const program = `
        const at = performance.now();
        await import('${specifier}');
        console.log(performance.now() - at);`;
      const args = ['--input-type=module', '--eval', program];
      measured[name].push(Number(execFileSync(process.execPath, args, { cwd: FOLDER })));
    }
  }
  return Object.fromEntries(
    Object.entries(measured).map(([name, runs]) => [name, estimated(runs, leastDisturbed)]),
  );
}
