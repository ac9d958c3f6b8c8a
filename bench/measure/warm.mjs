import { compared } from '../lines.mjs';
import { startClient, withServer } from '../processes.mjs';
import { leastDisturbed, median } from '../statistics.mjs';

const AT_ONCE = [1, 50, 500];

/**
 * Logins over connections that are open, one contestant right after the other, in several sets of processes. Slices are long
 * enough not to be mostly their beginning.
 */
export async function measure({ sets, rounds, slice, certificate, progress }) {
  const latencies = [];
  const cpu = [];
  for (const protocol of ['http', 'https']) {
    const samples = AT_ONCE.map(() => ({
      cpu: { hiworks: [], plain: [] },
      p99: { hiworks: [], plain: [] },
    }));
    await withServer(
      { tls: protocol === 'https' ? certificate : undefined },
      async (server) => {
        for (let set = 0; set < sets; set++) {
          progress(`warm ${protocol}, set ${set + 1}/${sets}`);
          await oneSet({ url: server.first.url, samples, rounds, slice, turn: set });
        }
      },
      { core: 0 },
    );
    AT_ONCE.forEach((atOnce, index) => {
      const name = `warm login, ${protocol}, ${atOnce} at once: CPU`;
      cpu.push(compared(name, 'µs', samples[index].cpu, leastDisturbed, 1.05));
    });
    latencies.push(compared(`500 at once, ${protocol}: p99`, 'ms', samples.at(-1).p99, median, 0.6));
  }
  return [...latencies, ...cpu];
}

async function oneSet({ url, samples, rounds, slice, turn }) {
  const clients = {};
  for (const contestant of ['hiworks', 'plain']) {
    clients[contestant] = await startClient({ contestant, url }, { core: 1 });
    await clients[contestant].logIn({ count: slice / 2, concurrency: 50 });
  }
  for (const [index, concurrency] of AT_ONCE.entries()) {
    // Code that was compiled for other numbers at once is partly compiled anew.
    for (const client of Object.values(clients)) {
      await client.logIn({ count: slice, concurrency });
    }
    for (let round = 0; round < rounds; round++) {
      const contestants = Object.keys(clients);
      for (const contestant of (turn + round) % 2 ? contestants : contestants.reverse()) {
        // Connections that were closed while the other had its turn are opened again before it counts.
        await clients[contestant].logIn({ count: 2 * concurrency, concurrency });
        const { cpu, p99 } = await clients[contestant].logIn({ count: slice, concurrency });
        samples[index].cpu[contestant].push(cpu);
        samples[index].p99[contestant].push(p99);
      }
    }
  }
  await Promise.all(Object.values(clients).map((client) => client.stop()));
}
