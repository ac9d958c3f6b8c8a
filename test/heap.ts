// npm run test:heap [logins]: checks that the heap does not grow over 100,000 logins, a tenth of which fail in unusual ways.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { authenticate, callback, get } from './support/login.js';
import { strategyFor } from './support/strategy.js';

const LOGINS = Number(process.argv[2] ?? 100_000);
const AT_ONCE = 50;
/** Bytes that the heap may grow by: Node's own caches need some. The smallest object, leaked by every login, would be 1.6 MB. */
const BOUND = 1_000_000;

const collect = globalThis.gc as () => void;
const options = {
  state: true,
  fetchProfile: true,
  callbackURL: 'https://app.example.com/auth/hiworks/callback',
};

async function main(): Promise<void> {
  const hiworks = fork(join(__dirname, 'support', 'heap-server.js'));
  const [{ port }] = await once(hiworks, 'message');
  const login = logInAt(`http://127.0.0.1:${port}`);

  await run(login, LOGINS / 5);
  const before = heap();
  const started = performance.now();
  const counts = await run(login, LOGINS);
  const seconds = (performance.now() - started) / 1000;
  const grown = heap() - before;
  hiworks.disconnect();

  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  process.stdout.write(
    `${LOGINS} logins in ${seconds.toFixed(1)} s (${kinds.join(', ')})\n` +
      `heap before ${before}, grown by ${grown} bytes, ${(grown / LOGINS).toFixed(2)} a login; bound ${BOUND}\n` +
      `resident set ${process.memoryUsage().rss} bytes\n`,
  );
  if (grown > BOUND || !counts.success || !counts.error) {
    process.stdout.write('The heap grew, or not every kind of login occurred.\n');
    process.exitCode = 1;
  }
}

/** A login from the first click to the outcome. */
function logInAt(url: string): () => Promise<string> {
  const hiworks = strategyFor(url, options);
  return async () => {
    const session = {};
    const started = await authenticate(hiworks, get('/auth/hiworks', { session }), {
      state: { to: '/inbox' },
    });
    const state = started.kind === 'redirect' ? started.location.searchParams.get('state') : '';
    const back = `https://app.example.com/auth/hiworks/callback?auth_code=abc&state=${state}`;
    return (await authenticate(hiworks, callback(back, { session }))).kind;
  };
}

async function run(login: () => Promise<string>, logins: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let left = logins;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const kind = await login();
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return counts;
}

function heap(): number {
  for (let round = 0; round < 5; round++) {
    collect();
  }
  return process.memoryUsage().heapUsed;
}

main();
