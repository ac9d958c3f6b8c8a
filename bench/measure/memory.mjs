import { start } from '../processes.mjs';
import { estimated, median } from '../statistics.mjs';

// So much room for young objects that nothing is collected while it counts.
const NO_COLLECTION = ['--min-semi-space-size=1024', '--max-semi-space-size=1024'];
const COUNTED = 2000;

/** Bytes that one login allocates, by letting the heap grow without a collection. */
export async function allocation({ contestants, rounds, progress }) {
  const server = await start('server.mjs', {});
  const bytes = {};
  for (const contestant of contestants) {
    progress(`bytes a login, ${contestant}`);
    const client = await start(
      'client.mjs',
      { contestant, url: server.first.url, watch: 'collections' },
      { execArgv: NO_COLLECTION },
    );
    await client.call({ count: 10_000, concurrency: 50 });
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      runs.push((await client.call({ count: COUNTED, concurrency: 50 })).bytes);
    }
    bytes[contestant] = estimated(
      runs.filter((run) => run !== undefined),
      median,
    );
    await client.stop();
  }
  await server.stop();
  return bytes;
}

/** What is left on the heap after `logins` logins. */
export async function leftOnHeap({ logins, progress }) {
  const server = await start('server.mjs', {});
  const left = {};
  for (const contestant of ['hiworks', 'plain']) {
    progress(`heap after ${logins} logins, ${contestant}`);
    const client = await start(
      'client.mjs',
      { contestant, url: server.first.url },
      { execArgv: ['--expose-gc'] },
    );
    await client.call({ count: 20_000, concurrency: 50 });
    const before = await client.call('collect');
    await client.call({ count: logins, concurrency: 50 });
    const after = await client.call('collect');
    left[contestant] = { before, after, perLogin: (after - before) / logins };
    await client.stop();
  }
  await server.stop();
  return { logins, ...left };
}
