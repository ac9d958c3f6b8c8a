import { start } from '../processes.mjs';
import { estimated, leastDisturbed } from '../statistics.mjs';

const LOGINS = 100;

/**
 * The CPU in milliseconds of a fresh process' first 100 logins, one at a time, the import of the strategy included: no
 * company's login server sees ten thousand a day.
 */
export async function firstLogins({ rounds, certificate, progress }) {
  const rows = [];
  for (const protocol of ['http', 'https']) {
    const server = await start('server.mjs', { tls: protocol === 'https' ? certificate : undefined });
    const { url } = server.first;
    const measured = { hiworks: [], plain: [] };
    for (let round = 0; round < rounds; round++) {
      progress(`the first ${LOGINS} logins, ${protocol}, round ${round + 1}/${rounds}`);
      for (const contestant of Object.keys(measured)) {
        const client = await start('client.mjs', { contestant, url }, { env: certificate.env });
        const { cpu } = await client.call({ count: LOGINS, concurrency: 1, fromImport: true });
        measured[contestant].push((cpu * LOGINS) / 1000);
        await client.stop();
      }
    }
    await server.stop();
    rows.push({
      protocol,
      hiworks: estimated(measured.hiworks, leastDisturbed),
      plain: estimated(measured.plain, leastDisturbed),
    });
  }
  return rows;
}
