import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

// Linux has it; elsewhere processes move.
const canStay = spawnSync('taskset', ['-c', '1', process.execPath, '--version']).status === 0;

/**
 * Starts one of this folder's programs as a process of its own; `first` is the first message it sends. With `core`, it stays on
 * that one of the processors.
 */
export async function start(program, argument, { execArgv = [], env = {}, core } = {}) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const stay = canStay && core !== undefined;
  const child = fork(path, [JSON.stringify(argument)], {
    execPath: stay ? 'taskset' : process.execPath,
    execArgv: stay ? ['-c', core, process.execPath, ...execArgv] : execArgv,
    env: { ...process.env, ...env },
  });
  const first = await message(child);
  return {
    first,
    call(request) {
      child.send(request);
      return message(child);
    },
    async stop() {
      if (child.exitCode === null) {
        child.disconnect();
        await once(child, 'exit');
      }
    },
  };
}

async function message(child) {
  const gone = new AbortController();
  const exit = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.slice(1).join(' ')} ended early (${code})`);
  });
  try {
    return (await Promise.race([once(child, 'message', { signal: gone.signal }), exit]))[0];
  } finally {
    gone.abort();
    exit.catch(() => undefined);
  }
}
