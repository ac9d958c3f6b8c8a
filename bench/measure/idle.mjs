import { start } from '../processes.mjs';

const CONTESTANTS = ['by-hand', 'hiworks', 'plain'];
const IDLE = 8;

/**
 * A server that closes idle connections, and logins that come within 1.5 ms of it: how many are lost, and how often one
 * had to be sent again, until `closes` connections have been closed.
 */
export async function idleClosed({ closes, certificate, progress }) {
  const rows = [];
  for (const protocol of ['http', 'https']) {
    for (const contestant of CONTESTANTS) {
      const server = await start('server.mjs', {
        tls: protocol === 'https' ? certificate : undefined,
        idle: IDLE,
      });
      const client = await start(
        'client.mjs',
        { contestant, url: server.first.url, watch: 'requests' },
        { env: certificate.env },
      );
      const row = { protocol, contestant, logins: 0, closed: 0, lost: 0, sentAgain: 0 };
      progress(`idle connections closed, ${protocol}, ${contestant}`);
      const batch = Math.ceil(closes / 5);
      for (let batches = 0; batches < 20 && row.closed < closes; batches++) {
        const ran = await client.call({
          count: batch,
          concurrency: 1,
          pause: { from: IDLE - 1.5, to: IDLE + 1.5 },
        });
        row.logins += batch;
        row.lost += ran.lost;
        row.sentAgain += ran.requests - batch;
        row.closed = (await server.call('count')).closedIdle;
      }
      rows.push(row);
      await client.stop();
      await server.stop();
    }
  }
  return rows;
}
