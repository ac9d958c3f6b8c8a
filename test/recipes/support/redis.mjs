import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from './application.mjs';
import { startChild } from './child.mjs';

/** A Redis of one's own, which keeps nothing on the disk. */
export async function startRedis(port) {
  port ??= String(await freePort());
  const redis = startChild(
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(redis, 'exit');
  for await (const line of createInterface(redis.stdout)) {
    if (/ready to accept connections/i.test(line)) {
      break;
    }
  }
  redis.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      redis.kill();
      await ended;
    },
  };
}
