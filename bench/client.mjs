// One contestant, in a process of its own. Argument: { contestant, url }, as JSON. Then, for each message
// { count, concurrency, pause?, fromImport? }: that many logins, so many at a time, and what they cost; `fromImport`
// counts the CPU since before the contestant was imported.

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
// An application has Passport anyway, before anything is measured.
import 'passport';
import { quantile } from './statistics.mjs';
import { codeNumber, USER_NO } from './wire.mjs';

const { contestant, url } = JSON.parse(process.argv[2]);
const beforeImport = process.cpuUsage();
const { createLogin } = await import(`./contestants/${contestant}.mjs`);
const login = createLogin(url);

let codes = 0;

async function run({ count, concurrency, pause, fromImport }) {
  const latencies = new Float64Array(count);
  let lost = 0;
  let begun = 0;

  async function worker() {
    while (begun < count) {
      const number = begun++;
      if (pause) {
        await wait(pause.from + Math.random() * (pause.to - pause.from));
      }
      const at = performance.now();
      const userNo = await login(codeNumber(codes++)).catch(() => undefined);
      lost += userNo === USER_NO ? 0 : 1;
      latencies[number] = performance.now() - at;
    }
  }

  const memory = allocated();
  const cpu = fromImport ? beforeImport : process.cpuUsage();
  const at = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const milliseconds = performance.now() - at;
  const { user, system } = process.cpuUsage(cpu);
  const bytes = allocated() - memory;
  return {
    cpu: (user + system) / count,
    milliseconds,
    p99: quantile(latencies, 0.99),
    bytes: bytes / count,
    lost,
  };
}

// Timers are good to a millisecond only: the last two are waited for turn by turn.
async function wait(milliseconds) {
  const until = performance.now() + milliseconds;
  await sleep(Math.max(0, milliseconds - 2));
  while (performance.now() < until) {
    await nextTurn();
  }
}

function allocated() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.on('message', async (message) => process.send(await run(message)));
process.on('disconnect', () => process.exit());
process.send('ready');
