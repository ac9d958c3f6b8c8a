import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../processes.mjs';
import { estimated, median } from '../statistics.mjs';

const WARM_UP = 100;
/** Milliseconds for the connection to be closed at both ends. */
const CLOSING = 30;

/**
 * A lone login over TLS after an idle minute. After a minute no client has a connection left: it gave them up itself, or
 * the server closed them. So the server closes them at once, instead of after a minute.
 */
export async function loneLogin({ logins, certificate, progress }) {
  const server = await start('server.mjs', { tls: certificate });
  const clients = {};
  const measured = { 'by-hand': [], hiworks: [], plain: [] };
  for (const contestant of Object.keys(measured)) {
    clients[contestant] = await start(
      'client.mjs',
      { contestant, url: server.first.url },
      { env: certificate.env },
    );
    await clients[contestant].call({ count: WARM_UP, concurrency: 1 });
  }
  for (let login = 0; login < logins; login++) {
    if (login % 10 === 0) {
      progress(`a lone login, ${login + 1}/${logins}`);
    }
    for (const contestant of Object.keys(measured)) {
      await server.call('hang up');
      await sleep(CLOSING);
      await server.call('reset');
      const { cpu, p50, lost } = await clients[contestant].call({ count: 1, concurrency: 1 });
      const { connections, resumed } = await server.call('count');
      measured[contestant].push({ cpu, milliseconds: p50, lost, connections, resumed });
    }
  }
  await Promise.all([...Object.values(clients), server].map((child) => child.stop()));
  return Object.fromEntries(
    Object.entries(measured).map(([contestant, runs]) => {
      const all = (field) => runs.map((run) => run[field]);
      const sum = (field) => all(field).reduce((one, other) => one + other, 0);
      return [
        contestant,
        {
          milliseconds: estimated(all('milliseconds'), median),
          cpu: median(all('cpu')),
          connections: sum('connections'),
          resumed: sum('resumed'),
          lost: sum('lost'),
        },
      ];
    }),
  );
}
