import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startChild } from './child.mjs';

const build = fileURLToPath(new URL('../build/', import.meta.url));

const LATER_SCRIPT =
  "const now = Date.now; process.on('SIGUSR2', () => { Date.now = () => now() + 660_000; console.log('later'); })";
/** Environment of an application whose clock can go forward. */
export const LATER = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LATER_SCRIPT)}` };

/** Runs a recipe as its reader would, with nothing in its environment but what is given. */
export async function startApplication(file, env) {
  const port = env.PORT ?? String(await freePort());
  const child = startChild(process.execPath, [file], {
    cwd: build,
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (written) => {
      output += written;
    });
  }
  const started = once(child.stdout, 'data').then(() => true);
  if (!(await Promise.race([started, ended.then(() => false)]))) {
    throw new Error(`${file} did not start: ${output}`);
  }
  return {
    url: `http://localhost:${port}`,
    port,
    /** Everything that it has written to the terminal. */
    output: () => output,
    /** Resolves once it has written `text` so many times: its output may come later than its response. */
    async writes(text, times = 1) {
      while (output.split(text).length <= times) {
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
      }
    },
    /** Lets its clock go forward by eleven minutes. It has to have been started with `env` of `LATER`. */
    later: () => child.kill('SIGUSR2'),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** A free port. */
export async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
