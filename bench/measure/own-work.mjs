import { start } from '../processes.mjs';
import { median } from '../statistics.mjs';

const URL_NOBODY_CALLS = 'http://127.0.0.1:1';

/**
 * Microseconds of CPU that a contestant adds of its own to a login: what one costs where the network answers by itself,
 * without what the stub of the network costs.
 */
export async function ownWork({ rounds, progress }) {
  const measured = { nothing: [], 'by-hand': [], hiworks: [], plain: [] };
  const clients = {};
  for (const contestant of Object.keys(measured)) {
    clients[contestant] = await start('client.mjs', { contestant, url: URL_NOBODY_CALLS, stubbed: true });
    await clients[contestant].ask({ count: 50_000, concurrency: 50 });
  }
  for (let round = 0; round < rounds; round++) {
    progress(`own work, round ${round + 1}/${rounds}`);
    for (const contestant of Object.keys(measured)) {
      const { cpu } = await clients[contestant].ask({ count: 20_000, concurrency: 50 });
      measured[contestant].push(cpu);
    }
  }
  await Promise.all(Object.values(clients).map((client) => client.stop()));
  const { nothing, ...others } = measured;
  return Object.fromEntries(
    Object.entries(others).map(([contestant, runs]) => [
      contestant,
      median(runs.map((cpu, round) => cpu - nothing[round])),
    ]),
  );
}
