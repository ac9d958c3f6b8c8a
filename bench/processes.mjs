import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

// Linux has it; elsewhere processes move.
const canStay = spawnSync('taskset', ['-c', '1', process.execPath, '--version']).status === 0;

/** Starts one of this folder's programs; `first` is the first message it sends. With `core`, it stays on that processor. */
export async function start(program, argument, { execArgv = [], core } = {}) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const stay = canStay && core !== undefined;
  const child = fork(path, [JSON.stringify(argument)], {
    execPath: stay ? 'taskset' : process.execPath,
    execArgv: stay ? ['-c', core, process.execPath, ...execArgv] : execArgv,
  });
  child.once('exit', (code) => {
    if (code !== 0) {
      throw new Error(`${program} ${JSON.stringify(argument)} ended with ${code}`);
    }
  });
  const [first] = await once(child, 'message');
  return {
    first,
    async call(request) {
      child.send(request);
      return (await once(child, 'message'))[0];
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Starts a contestant. A login that fails while it is measured is an error. */
export async function startClient(argument, options) {
  const client = await start('client.mjs', argument, options);
  const logIn = async (logins) => {
    const ran = await client.call(logins);
    if (ran.lost > 0) {
      throw new Error(`${ran.lost} logins of ${argument.contestant} failed`);
    }
    return ran;
  };
  return { ...client, logIn };
}

export const withServer = (argument, steps, options) => within(start('server.mjs', argument, options), steps);
export const withClient = (argument, steps, options) => within(startClient(argument, options), steps);

async function within(starting, steps) {
  const child = await starting;
  const result = await steps(child);
  await child.stop();
  return result;
}
