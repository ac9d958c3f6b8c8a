import { start } from '../processes.mjs';
import { estimated, median } from '../statistics.mjs';

const LOGINS = 500;

/** 500 people at once over TLS on a process that has no connection yet: a Monday morning after a deployment. */
export async function burst({ rounds, certificate, progress }) {
  const server = await start('server.mjs', { tls: certificate });
  const measured = { 'by-hand': [], hiworks: [], plain: [] };
  for (let round = 0; round < rounds; round++) {
    for (const contestant of Object.keys(measured)) {
      progress(`cold burst, round ${round + 1}/${rounds}, ${contestant}`);
      const client = await start(
        'client.mjs',
        { contestant, url: server.first.url },
        { env: certificate.env },
      );
      await server.call('reset');
      const { seconds, cpu, lost } = await client.call({ count: LOGINS, concurrency: LOGINS });
      const { connections } = await server.call('reset');
      measured[contestant].push({ milliseconds: seconds * 1000, cpu, lost, connections });
      await client.stop();
    }
  }
  await server.stop();
  return Object.fromEntries(
    Object.entries(measured).map(([contestant, runs]) => {
      const all = (field) => runs.map((run) => run[field]);
      return [
        contestant,
        {
          milliseconds: estimated(all('milliseconds'), median),
          cpu: median(all('cpu')),
          lost: median(all('lost')),
          connections: median(all('connections')),
        },
      ];
    }),
  );
}
