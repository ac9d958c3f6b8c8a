// node .ci/summary.mjs RUNS < LOG: how many test runs of a step ran any test, and how many tests passed, failed and were skipped
// in all of them. A step of one run ends with the first summary: a failure shown below it may quote another run.
import { readFileSync } from 'node:fs';

const runs = Number(process.argv[2]);

// One entry a runner: the line that begins its summary, and the lines that count.
const RUNNERS = [
  // Mocha: "  812 passing (20s)", "  1 failing", "  2 pending"
  { first: /^ {2}\d+ passing \(/, count: /^ {2}(?<n>\d+) (?<word>passing|failing|pending)/g },
  // Jest: "Tests:       1 failed, 2 skipped, 3 passed, 6 total"; Vitest: "      Tests  1 failed | 3 passed (4)"
  { first: /^ *Tests:? {2,}\d/, count: /(?<n>\d+) (?<word>passed|failed|skipped|todo)/g },
  // node --test: "ℹ pass 3", "ℹ fail 0", "ℹ skipped 0", "ℹ todo 0"
  { first: /^[ℹ#] pass \d+/, count: /^[ℹ#] (?<word>pass|fail|skipped|todo) (?<n>\d+)/g },
  // test/runtimes: "Deno 2.9.6: 25 passed"
  { first: /^\S.*: \d+ passed$/, count: /: (?<n>\d+) (?<word>passed)$/g },
];
const KIND = { pas: 'passed', fai: 'failed', pen: 'skipped', ski: 'skipped', tod: 'skipped' };

const summaries = [];
let runner;
for (const line of readFileSync(0, 'utf8').split('\n')) {
  const begun = RUNNERS.find(({ first }) => first.test(line));
  if (begun) {
    runner = begun;
    summaries.push({ passed: 0, failed: 0, skipped: 0 });
  }
  const counts = runner ? [...line.matchAll(runner.count)] : [];
  for (const { groups } of counts) {
    summaries.at(-1)[KIND[groups.word.slice(0, 3)]] += Number(groups.n);
  }
  if (counts.length === 0) {
    runner = undefined;
  }
}

const counted = runs === 1 ? summaries.slice(0, 1) : summaries;
const sum = (kind) => counted.reduce((total, summary) => total + summary[kind], 0);
const ran = counted.filter(({ passed, failed }) => passed + failed > 0).length;
console.log(ran, sum('passed'), sum('failed'), sum('skipped'));
