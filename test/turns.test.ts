import process = require('node:process');
import timers = require('node:timers');

import { expect } from 'chai';
import { freshCopy } from './support/fresh-copy.js';

type Module = typeof import('../dist/http/semaphore.js');

/** The module with a clock that stands still until it is told the time, in milliseconds. */
function withClock() {
  const due: { at: number; ring: () => void }[] = [];
  let now = 1000;
  const { setTimeout } = timers;
  const { uptime } = process;
  let module: Module;
  try {
    const set = (ring: () => void, after: number) => {
      due.push({ at: now + after, ring });
      return { unref: () => ({}) };
    };
    Object.assign(timers, { setTimeout: set });
    Object.assign(process, { uptime: () => now / 1000 });
    module = freshCopy<Module>('../../dist/http/semaphore.js');
  } finally {
    Object.assign(timers, { setTimeout });
    Object.assign(process, { uptime });
  }
  return {
    Turns: module.Turns,
    /** How many timers are to ring. */
    pending: () => due.length,
    async pass(milliseconds: number) {
      const end = now + milliseconds;
      for (
        let next = due.findIndex(({ at }) => at <= end);
        next >= 0;
        next = due.findIndex(({ at }) => at <= end)
      ) {
        const [timer] = due.splice(next, 1);
        now = timer?.at ?? now;
        timer?.ring();
      }
      now = end;
      await Promise.resolve();
    },
  };
}

describe('Turns', () => {
  function line(Turns: Module['Turns'], free: number, patience: number) {
    const said: string[] = [];
    const turns = new Turns(free, patience);
    return {
      said,
      give: () => turns.give(),
      take: (name: string) =>
        turns.take({
          begin: (waited) => said.push(`${name} begins after ${Math.round(waited)} ms`),
          giveUp: () => said.push(`${name} gives up`),
        }),
    };
  }

  it('come at once while some are free, and then in the order of the line', async () => {
    const clock = withClock();
    const { said, take, give } = line(clock.Turns, 2, 1000);
    for (const name of ['one', 'two', 'three', 'four']) {
      take(name);
    }
    expect(said).to.deep.equal(['one begins after 0 ms', 'two begins after 0 ms']);
    await clock.pass(300);
    give();
    expect(said).to.have.lengthOf(2, 'not before the connection is back in its pool');
    await clock.pass(0);
    give();
    give();
    await clock.pass(0);
    take('five');
    expect(said.slice(2)).to.deep.equal([
      'three begins after 300 ms',
      'four begins after 300 ms',
      'five begins after 0 ms',
    ]);
  });

  it('are waited for as long as each may, whoever else gives up', async () => {
    const clock = withClock();
    const { said, take, give } = line(clock.Turns, 1, 1000);
    take('one');
    take('two');
    await clock.pass(400);
    take('three');
    await clock.pass(100);
    take('four');
    await clock.pass(499);
    expect(said.slice(1)).to.deep.equal([]);
    await clock.pass(1);
    expect(said.slice(1)).to.deep.equal(['two gives up']);
    await clock.pass(399);
    give();
    await clock.pass(0);
    expect(said.slice(2)).to.deep.equal(['three begins after 999 ms']);
    await clock.pass(100);
    expect(said.slice(3)).to.deep.equal([]);
    await clock.pass(1);
    expect(said.slice(3)).to.deep.equal(['four gives up']);
  });

  it('give up together if they came together, and leave no timer behind', async () => {
    const clock = withClock();
    const { said, take, give } = line(clock.Turns, 1, 1000);
    take('one');
    take('two');
    take('three');
    expect(clock.pending()).to.equal(1);
    await clock.pass(1000);
    expect(said.slice(1)).to.deep.equal(['two gives up', 'three gives up']);
    expect(clock.pending()).to.equal(0);
    // Who comes later waits anew.
    take('four');
    await clock.pass(1000);
    give();
    take('five');
    expect(said.slice(3)).to.deep.equal(['four gives up', 'five begins after 0 ms']);
  });
});
