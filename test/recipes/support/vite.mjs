import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './application.mjs';
import { startChild } from './child.mjs';

const build = fileURLToPath(new URL('../build/', import.meta.url));
const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));

/** Vite's development server with the recipe's configuration, in which only the two ports are replaced. */
export async function startVite() {
  const [port, applicationPort] = [await freePort(), await freePort()];
  let config = readFileSync(`${build}server/vite.config.mjs`, 'utf8');
  for (const [documented, here] of [
    ['localhost:3000', `localhost:${applicationPort}`],
    ['port: 5173', `port: ${port}`],
  ]) {
    if (!config.includes(documented)) {
      throw new Error(`vite.config.mjs has no ${documented}`);
    }
    config = config.replace(documented, here);
  }
  writeFileSync(`${build}server/vite.test.config.mjs`, config);
  const child = startChild(process.execPath, [vite, '--config', 'vite.test.config.mjs'], {
    cwd: `${build}server`,
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (written) => {
    output += written;
  });
  while (!output.includes('Local:')) {
    await Promise.race([
      once(child.stdout, 'data'),
      ended.then(() => {
        throw new Error(`vite did not start: ${output}`);
      }),
    ]);
  }
  return {
    url: `http://localhost:${port}`,
    applicationPort: String(applicationPort),
    async close() {
      child.kill();
      await ended;
    },
  };
}

/** What is deployed: `dist` in the folder in which applications run. */
export function buildWithVite() {
  execFileSync(
    process.execPath,
    [vite, 'build', 'server', '--outDir', '../dist', '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: build,
    },
  );
}
