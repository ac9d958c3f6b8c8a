import { BASE, CONTESTANTS } from '../contestants/names.mjs';
import { start } from '../processes.mjs';
import { median } from '../statistics.mjs';

export const AT_ONCE = [1, 50, 500];

/**
 * Logins over connections that are open, one contestant after the other in rounds, so that what else the machine does
 * meets all alike. Ratios are made within a round; the medians of all rounds of several sets of processes count.
 */
export async function warm({ sets, rounds, logins, certificate, progress }) {
  const rows = [];
  for (const protocol of ['http', 'https']) {
    const server = await start('server.mjs', { tls: protocol === 'https' ? certificate : undefined });
    const measured = new Map(AT_ONCE.map((concurrency) => [concurrency, []]));
    for (let set = 0; set < sets; set++) {
      const clients = await startAll(server.first.url, certificate);
      for (const concurrency of AT_ONCE) {
        for (let round = 0; round < rounds; round++) {
          progress(
            `warm ${protocol}, ${concurrency} at once, set ${set + 1}/${sets}, round ${round + 1}/${rounds}`,
          );
          measured.get(concurrency).push(await oneRound(clients, { concurrency, logins, turn: round }));
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

async function startAll(url, certificate) {
  const clients = {};
  for (const contestant of CONTESTANTS) {
    const client = await start('client.mjs', { contestant, url }, { env: certificate.env });
    await client.ask({ count: 10_000, concurrency: 50 });
    await client.ask({ count: 5000, concurrency: 1 });
    clients[contestant] = client;
  }
  return clients;
}

async function oneRound(clients, { concurrency, logins, turn }) {
  const round = {};
  for (let index = 0; index < CONTESTANTS.length; index++) {
    const contestant = CONTESTANTS[(index + turn) % CONTESTANTS.length];
    // Connections that were closed while the others had their turn are opened again before it counts.
    await clients[contestant].ask({ count: 2 * concurrency, concurrency });
    round[contestant] = await clients[contestant].ask({
      count: Math.max(logins, 4 * concurrency),
      concurrency,
    });
  }
  return round;
}

function summarize(rounds) {
  const all = (contestant, field) => rounds.map((round) => round[contestant][field]);
  return Object.fromEntries(
    CONTESTANTS.map((contestant) => [
      contestant,
      {
        cpu: median(all(contestant, 'cpu')),
        cpuRatio: median(rounds.map((round) => round[contestant].cpu / round[BASE].cpu)),
        p50: median(all(contestant, 'p50')),
        p99: median(all(contestant, 'p99')),
        throughput: median(all(contestant, 'throughput')),
        lost: all(contestant, 'lost').reduce((sum, lost) => sum + lost, 0),
      },
    ]),
  );
}
