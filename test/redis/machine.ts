import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { installed } from '../frameworks/versions.js';

/** What every machine is told; they share nothing else but the sessions in Redis. */
export interface MachineSettings {
  options: HiworksStrategyOptions;
  /** The path of Redis' socket. */
  redis: string;
  /** What the session cookies are signed with. */
  secret: string;
}

/** A process of its own that runs the Express example. */
export interface Machine {
  url: string;
  kill(): Promise<unknown>;
}

export async function startMachine(settings: MachineSettings): Promise<Machine> {
  const child: ChildProcess = fork(__filename, [JSON.stringify(settings)]);
  const died = once(child, 'exit');
  const url = await Promise.race([once(child, 'message'), died]).then(([message]) => {
    if (typeof message !== 'string') {
      throw new Error(`the machine did not start: exit code ${message}`);
    }
    return message;
  });
  return {
    url,
    kill() {
      child.kill('SIGKILL');
      return died;
    },
  };
}

async function serve({ options, redis, secret }: MachineSettings): Promise<void> {
  const requireInstalled = createRequire(`${installed}/`);
  const express = requireInstalled('express');
  const { RedisStore } = requireInstalled('connect-redis');
  const { createClient } = requireInstalled('redis');
  const { addHiworks } = await import('../../examples/build/express/app.js');

  const client = createClient({ socket: { path: redis } });
  await client.connect();
  const app = addHiworks(express(), options, { secret, store: new RedisStore({ client }) });
  const server = createServer(app);
  server.listen(0, '127.0.0.1', () => {
    // The example logs every login that fails.
    console.error = () => undefined;
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

if (require.main === module) {
  serve(JSON.parse(process.argv[2] as string));
}
