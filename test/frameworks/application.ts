import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { folder } from './workspace.js';

/** An example that is running, in a process of its own. */
export interface Application {
  url: string;
  /** Resolves when it has written this to its log, standard output and standard error. */
  logged(text: string): Promise<void>;
  close(): Promise<void>;
}

/** How a process ended that should have started. */
export interface Exit {
  code: number | null;
  output: string;
  errors: string;
}

type Environment = Record<string, string | undefined>;

/**
 * Starts an application of the workspace, by default with `npm start`, as the person who copied it does. Resolves
 * when it has printed its address; rejects with what it printed if it stops before.
 */
export async function start(
  workspace: string,
  env: Environment,
  command = 'npm start',
): Promise<Application> {
  const port = await freePort();
  const child = run(workspace, { PORT: String(port), ...env }, command);
  const url = `http://localhost:${port}`;
  let log = '';
  const changed = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      changed.emit('change');
    });
  }
  const logged = async (text: string) => {
    while (!log.includes(text)) {
      await once(changed, 'change');
    }
  };
  const stopped = once(child, 'exit').then(([code]) => {
    throw new Error(`${workspace} stopped with exit code ${code}:\n${log}`);
  });
  await Promise.race([logged(url), stopped]);
  stopped.catch(() => undefined);
  return { url, logged, close: () => stop(child) };
}

/** Runs an application that refuses to start. */
export async function refuse(workspace: string, env: Environment, command = 'npm start'): Promise<Exit> {
  const child = run(workspace, env, command);
  const exit = { code: null, output: '', errors: '' } as Exit;
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    exit.output += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    exit.errors += chunk;
  });
  [exit.code] = await once(child, 'close');
  return exit;
}

function run(workspace: string, env: Environment, command: string): ChildProcess {
  return spawn(command.replace(/^npm /, 'npm --silent '), {
    cwd: join(folder, workspace),
    // What the tests' own environment has set is none of the application's.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: '1', ...env },
    shell: true,
    // A group of its own, so that it ends with all that npm has started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const exited = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
