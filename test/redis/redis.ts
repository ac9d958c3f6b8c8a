import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A Redis of one's own, which keeps nothing on the disk. */
export interface Redis {
  /** The path of its socket. */
  socket: string;
  version: string;
  close(): Promise<void>;
}

export async function startRedis(): Promise<Redis> {
  const directory = mkdtempSync(join(tmpdir(), 'hiworks-redis-'));
  const socket = join(directory, 'redis.sock');
  const server = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', directory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const close = async () => {
    if (server.exitCode === null && server.kill()) {
      await once(server, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  };
  const failed = once(server, 'error').then(([error]) => {
    rmSync(directory, { recursive: true, force: true });
    throw new Error('test:redis needs redis-server on the PATH (Debian: apt-get install redis-server)', {
      cause: error,
    });
  });
  const version = await Promise.race([ready(createInterface(server.stdout)), failed]);
  return { socket, version, close };
}

// Redis prints its version first, and last that it is ready.
async function ready(lines: AsyncIterable<string>): Promise<string> {
  let version = 'of an unknown version';
  for await (const line of lines) {
    version = /Redis version=([\d.]+)/.exec(line)?.[1] ?? version;
    if (/ready to accept connections/i.test(line)) {
      return version;
    }
  }
  throw new Error('redis-server stopped before it was ready');
}
