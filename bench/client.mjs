// One contestant, in a process of its own. Argument: { contestant, url, watch? }, as JSON. Then, for each message
// { count, concurrency, pause?, fromImport? }: that many logins, so many at a time, and what they cost; `fromImport`
// counts the CPU since before the contestant was imported. 'collect': the heap's size. What is watched costs a little
// itself, so it has to be requested: 'requests' sent, 'collections' of garbage.

import { subscribe } from 'node:diagnostics_channel';
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
// Every contestant's process has Passport, as applications do, before anything is measured.
import 'passport';
import { quantile } from './statistics.mjs';
import { codeNumber, USER_NO } from './wire.mjs';

const { contestant, url, watch } = JSON.parse(process.argv[2]);
const beforeImport = process.cpuUsage();
const { createLogin } = await import(`./contestants/${contestant}.mjs`);
const login = createLogin(url);

let requests = 0;
if (watch === 'requests') {
  subscribe('http.client.request.start', () => {
    requests += 1;
  });
}

let collections = 0;
if (watch === 'collections') {
  new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  }).observe({ entryTypes: ['gc'] });
}

let codes = 0;

async function run({ count, concurrency, pause, fromImport }) {
  const latencies = new Float64Array(count);
  let lost = 0;
  let why;
  let begun = 0;

  async function worker() {
    while (begun < count) {
      const number = begun++;
      if (pause) {
        await wait(pause.from + Math.random() * (pause.to - pause.from));
      }
      const at = performance.now();
      try {
        const userNo = await login(codeNumber(codes++));
        if (userNo !== USER_NO) {
          throw new Error(`logged in as ${userNo}`);
        }
      } catch (error) {
        lost += 1;
        why = error;
      }
      latencies[number] = performance.now() - at;
    }
  }

  requests = 0;
  collections = 0;
  const memory = allocated();
  const cpu = fromImport ? beforeImport : process.cpuUsage();
  const at = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - at) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const bytes = allocated() - memory;
  // The observer hears of collections a turn later.
  await sleep(10);
  return {
    cpu: (user + system) / count,
    seconds,
    throughput: count / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    bytes: collections === 0 ? bytes / count : undefined,
    requests,
    lost,
    why: why && String(why),
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

function collect() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

process.on('message', async (message) =>
  process.send(message === 'collect' ? collect() : await run(message)),
);
process.on('disconnect', () => process.exit());
process.send('ready');
