import { freePort, startApplication } from './application.mjs';
import { environment } from './hiworks.mjs';
import { startNginx } from './nginx.mjs';

/** The recipe as it is deployed: nginx in front of two processes. Each has its own, since it remembers who was gone. */
export async function deploy(hiworks, redis) {
  const ports = [String(await freePort()), String(await freePort())];
  const nginx = await startNginx('deployment/nginx.conf', {
    'server 127.0.0.1:3001': `server 127.0.0.1:${ports[0]}`,
    'server 127.0.0.1:3002': `server 127.0.0.1:${ports[1]}`,
    'rate=10r/s': 'rate=1r/m', // what reaches the limit must not depend on how fast this machine is
  });
  const settings = { ...environment(hiworks), APP_URL: `${nginx.url}/tools`, REDIS_URL: redis.url };
  const processes = await Promise.all(
    ports.map((PORT) => startApplication('deployment/app.mjs', { ...settings, PORT })),
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
