import fc from 'fast-check';
import type { Context, Suite } from 'mocha';

// Set before the workers of `mocha --parallel` start, which inherit it.
process.env.MOCHA_SEED ??= String(Date.now() % 1_000_000);
const seed = Number(process.env.MOCHA_SEED);

export function mochaGlobalSetup(): void {
  console.error(`Random order: MOCHA_SEED=${seed} repeats it`);
}

// Mocha has no random order. It exposes tests that depend on others.
export const mochaHooks = {
  beforeAll(this: Context): void {
    shuffle(this.test?.parent as Suite);
  },
};

function shuffle(suite: Suite): void {
  suite.tests = shuffled(suite.tests);
  suite.suites = shuffled(suite.suites);
  suite.suites.forEach(shuffle);
}

function shuffled<T>(items: T[]): T[] {
  const anyOrder = fc.shuffledSubarray(items, { minLength: items.length });
  return fc.sample(anyOrder, { seed, numRuns: 1 })[0] as T[];
}
