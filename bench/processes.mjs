import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts one of this folder's programs as a process of its own; `first` is the first message it sends. */
export async function start(program, argument, { execArgv = [], env = {} } = {}) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = fork(path, [JSON.stringify(argument)], { execArgv, env: { ...process.env, ...env } });
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
