import { compared, counted } from '../lines.mjs';
import { withClient, withServer } from '../processes.mjs';
import { median } from '../statistics.mjs';

const LOGINS = 500;

/** 500 users at once over TLS on a process that has no connection yet: nine o'clock, after a deployment. */
export function measure({ rounds, certificate, progress }) {
  const milliseconds = { hiworks: [], plain: [] };
  const connections = { hiworks: [], plain: [] };
  return withServer({ tls: certificate }, async (server) => {
    for (let round = 0; round < rounds; round++) {
      for (const contestant of Object.keys(milliseconds)) {
        progress(`cold burst, round ${round + 1}/${rounds}, ${contestant}`);
        await withClient({ contestant, url: server.first.url }, async (client) => {
          await server.call('reset');
          const ran = await client.logIn({ count: LOGINS, concurrency: LOGINS });
          milliseconds[contestant].push(ran.milliseconds);
          connections[contestant].push((await server.call('reset')).connections);
        });
      }
    }
    const most = Math.max(...connections.hiworks);
    const name = 'cold burst of 500, https';
    return [
      compared(`${name}: time`, 'ms', milliseconds, median, 0.5),
      counted(`${name}: handshakes`, most, median(connections.plain), 'at most 64', most <= 64),
    ];
  });
}
