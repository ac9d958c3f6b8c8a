import { compared } from '../lines.mjs';
import { withClient, withServer } from '../processes.mjs';
import { median } from '../statistics.mjs';

// So much room for young objects that nothing is collected while it counts.
const NO_COLLECTION = ['--min-semi-space-size=1024', '--max-semi-space-size=1024'];

/** Bytes that a login allocates, once its code is compiled. */
export function measure({ rounds, progress }) {
  const samples = { hiworks: [], plain: [] };
  return withServer({}, async (server) => {
    for (const contestant of Object.keys(samples)) {
      progress(`bytes a login, ${contestant}`);
      await withClient(
        { contestant, url: server.first.url },
        async (client) => {
          await client.logIn({ count: 10_000, concurrency: 50 });
          while (samples[contestant].length < rounds) {
            const ran = await client.logIn({ count: 2000, concurrency: 50 });
            samples[contestant].push(ran.bytes / 1024);
          }
        },
        { execArgv: NO_COLLECTION },
      );
    }
    return [compared('warm login: bytes allocated', 'KB', samples, median, 1.15)];
  });
}
