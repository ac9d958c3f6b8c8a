import { compared } from '../lines.mjs';
import { withClient, withServer } from '../processes.mjs';
import { leastDisturbed } from '../statistics.mjs';

const LOGINS = 100;

/** The CPU of a fresh process' first 100 logins, one at a time, the import of the strategy included. */
export async function measure({ rounds, certificate, progress }) {
  const lines = [];
  for (const protocol of ['http', 'https']) {
    const samples = { hiworks: [], plain: [] };
    await withServer({ tls: protocol === 'https' ? certificate : undefined }, async (server) => {
      for (let round = 0; round < rounds; round++) {
        progress(`first ${LOGINS} logins, ${protocol}, round ${round + 1}/${rounds}`);
        for (const contestant of Object.keys(samples)) {
          await withClient({ contestant, url: server.first.url }, async (client) => {
            const { cpu } = await client.logIn({ count: LOGINS, concurrency: 1, fromImport: true });
            samples[contestant].push((cpu * LOGINS) / 1000);
          });
        }
      }
    });
    const name = `first ${LOGINS} logins, ${protocol}: CPU`;
    lines.push(compared(name, 'ms', samples, leastDisturbed, 1.1));
  }
  return lines;
}
