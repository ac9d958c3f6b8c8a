import { start } from '../processes.mjs';
import { estimated, leastDisturbed, median } from '../statistics.mjs';

export const AT_ONCE = [1, 50, 500];
const WARM_UP = 5000;
const SLICE = 10_000;

/**
 * Logins over connections that are open, one contestant after the other in rounds, so that what else the machine does
 * meets all alike, in several sets of processes. Of all rounds, the lower quartile of the CPU time counts, and the median
 * of latencies.
 */
export async function warm({ contestants, sets, rounds, certificate, progress }) {
  const rows = [];
  for (const protocol of ['http', 'https']) {
    const server = await start(
      'server.mjs',
      { tls: protocol === 'https' ? certificate : undefined },
      { core: 0 },
    );
    const measured = new Map(AT_ONCE.map((concurrency) => [concurrency, []]));
    for (let set = 0; set < sets; set++) {
      progress(`warm ${protocol}, set ${set + 1}/${sets}: warming up`);
      const clients = await startAll(contestants, server.first.url, certificate);
      for (const concurrency of AT_ONCE) {
        // Code that was compiled for other numbers at once is partly compiled anew.
        for (const client of Object.values(clients)) {
          await client.call({ count: SLICE, concurrency });
        }
        for (let round = 0; round < rounds; round++) {
          progress(
            `warm ${protocol}, set ${set + 1}/${sets}, ${concurrency} at once, round ${round + 1}/${rounds}`,
          );
          measured.get(concurrency).push(await oneRound(clients, concurrency, set + round));
        }
      }
      await Promise.all(Object.values(clients).map((client) => client.stop()));
    }
    await server.stop();
    for (const [concurrency, all] of measured) {
      rows.push({ protocol, concurrency, contestants: summarize(all) });
    }
  }
  return rows;
}

async function startAll(contestants, url, certificate) {
  const clients = {};
  for (const contestant of contestants) {
    const client = await start('client.mjs', { contestant, url }, { env: certificate.env, core: 1 });
    await client.call({ count: WARM_UP, concurrency: 50 });
    clients[contestant] = client;
  }
  return clients;
}

async function oneRound(clients, concurrency, turn) {
  const contestants = Object.keys(clients);
  const round = {};
  for (let index = 0; index < contestants.length; index++) {
    const contestant = contestants[(index + turn) % contestants.length];
    // Connections that were closed while the others had their turn are opened again before it counts.
    await clients[contestant].call({ count: 2 * concurrency, concurrency });
    round[contestant] = await clients[contestant].call({ count: SLICE, concurrency });
  }
  return round;
}

function summarize(rounds) {
  const all = (contestant, field) => rounds.map((round) => round[contestant][field]);
  return Object.fromEntries(
    Object.keys(rounds[0]).map((contestant) => [
      contestant,
      {
        cpu: estimated(all(contestant, 'cpu'), leastDisturbed),
        p50: median(all(contestant, 'p50')),
        p99: estimated(all(contestant, 'p99'), median),
        throughput: median(all(contestant, 'throughput')),
        lost: all(contestant, 'lost').reduce((sum, lost) => sum + lost, 0),
      },
    ]),
  );
}
