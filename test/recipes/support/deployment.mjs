import { freePort, startApplication } from './application.mjs';
import { environment } from './hiworks.mjs';
import { startNginx } from './nginx.mjs';

/** What the application reads from its environment, at a public address that ends in `/tools`. */
export function settings(hiworks, redis, url) {
  const SESSION_SECRET = 'for tests only, but long enough: 32 characters';
  return { ...environment(hiworks), SESSION_SECRET, APP_URL: `${url}/tools`, REDIS_URL: redis.url };
}

/**
 * The recipe as it is deployed: nginx in front of two processes. Each deployment has an nginx of its own, since it
 * remembers which processes were gone and who has used up a limit. `replaced` changes its configuration.
 */
export async function deploy(hiworks, redis, replaced) {
  const ports = [String(await freePort()), String(await freePort())];
  const nginx = await startNginx('server/nginx.conf', {
    'server 127.0.0.1:3001': `server 127.0.0.1:${ports[0]}`,
    'server 127.0.0.1:3002': `server 127.0.0.1:${ports[1]}`,
    ...replaced,
  });
  const env = settings(hiworks, redis, nginx.url);
  const processes = await Promise.all(
    ports.map((PORT) => startApplication('server/deployment.mjs', { ...env, PORT })),
  );
  hiworks.register(`${nginx.url}/tools/auth/hiworks/callback`);
  return {
    nginx,
    processes,
    async close() {
      await Promise.all(processes.map((process) => process.stop()));
      await nginx.close();
    },
  };
}
