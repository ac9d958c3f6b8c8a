import { counted } from '../lines.mjs';
import { withClient, withServer } from '../processes.mjs';

const IDLE = 8;

/** Logins that come within 1.5 ms of the server closing their idle connection, until `closes` connections have been closed. */
export async function measure({ closes, certificate, progress }) {
  const lines = [];
  for (const protocol of ['http', 'https']) {
    const lost = { hiworks: 0, plain: 0 };
    for (const contestant of Object.keys(lost)) {
      progress(`connections closed, ${protocol}, ${contestant}`);
      await withServer({ tls: protocol === 'https' ? certificate : undefined, idle: IDLE }, (server) =>
        withClient({ contestant, url: server.first.url }, async (client) => {
          const pause = { from: IDLE - 1.5, to: IDLE + 1.5 };
          for (let closed = 0; closed < closes; closed = (await server.call('count')).closedIdle) {
            lost[contestant] += (await client.call({ count: 50, concurrency: 1, pause })).lost;
          }
        }),
      );
    }
    const name = `idle connections closed, ${protocol}: logins lost`;
    lines.push(counted(name, lost.hiworks, lost.plain, '0', lost.hiworks === 0));
  }
  return lines;
}
