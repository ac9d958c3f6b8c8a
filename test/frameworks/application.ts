import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
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
 * Starts an application of the workspace, by default with `npm start`, as a user who copied it does. It listens on a
 * free port. Resolves when it has printed its address; rejects with what it printed if it stops before.
 */
export async function start(
  workspace: string,
  env: Environment,
  command = 'npm start',
): Promise<Application> {
  const child = run(workspace, { PORT: '0', ...env }, command);
  let log = '';
  const changed = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      changed.emit('change');
    });
  }
  const until = async (find: () => string | undefined) => {
    let found = find();
    while (found === undefined) {
      await once(changed, 'change');
      found = find();
    }
    return found;
  };
  const stopped = once(child, 'close').then(([code]) => {
    throw new Error(`${workspace} stopped with exit code ${code}:\n${log}`);
  });
  const url = await Promise.race([
    until(() => /https?:\/\/localhost:[1-9]\d*(?=\s)/.exec(log)?.[0]),
    stopped,
  ]);
  stopped.catch(() => undefined);
  return {
    url,
    async logged(text) {
      await until(() => (log.includes(text) ? text : undefined));
    },
    close: () => stop(child),
  };
}

/** Runs a command that ends by itself. */
export async function runToEnd(workspace: string, env: Environment, command = 'npm start'): Promise<Exit> {
  const child = run(workspace, env, command);
  const exit: Exit = { code: null, output: '', errors: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    exit.output += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    exit.errors += chunk;
  });
  [exit.code] = await once(child, 'close');
  // Node's own line.
  exit.errors = exit.errors.replace('.env not found. Continuing without it.\n', '');
  return exit;
}

function run(workspace: string, env: Environment, command: string): ChildProcess {
  return spawn(command.replace(/^npm /, 'npm --silent '), {
    cwd: join(folder, workspace),
    // Nothing of the tests' own environment.
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
