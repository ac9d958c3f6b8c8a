import process = require('node:process');
import timers = require('node:timers');

import { expect } from 'chai';
import { freshCopy } from './support/fresh-copy.js';

type Module = typeof import('../dist/http/semaphore.js');

/** The module with a clock that the test moves. */
function withClock() {
  const scheduled: { at: number; run: () => void }[] = [];
  let now = 1000;
  const { setTimeout, clearTimeout } = timers;
  const { uptime } = process;
  let module: Module;
  try {
    const set = (run: () => void, after: number) => {
      const timer = { at: now + after, run };
      scheduled.push(timer);
      return timer;
    };
    const clear = (timer: (typeof scheduled)[number]) => scheduled.splice(scheduled.indexOf(timer), 1);
    Object.assign(timers, { setTimeout: set, clearTimeout: clear });
    Object.assign(process, { uptime: () => now / 1000 });
    module = freshCopy<Module>('../../dist/http/semaphore.js');
  } finally {
    Object.assign(timers, { setTimeout, clearTimeout });
    Object.assign(process, { uptime });
  }
  return {
    Semaphore: module.Semaphore,
    /** The number of timers that have not fired. */
    pending: () => scheduled.length,
    async pass(milliseconds: number) {
      const end = now + milliseconds;
      for (
        let next = scheduled.findIndex(({ at }) => at <= end);
        next >= 0;
        next = scheduled.findIndex(({ at }) => at <= end)
      ) {
        const [timer] = scheduled.splice(next, 1);
        now = timer?.at ?? now;
        timer?.run();
      }
      now = end;
      await Promise.resolve();
    },
  };
}

describe('A semaphore', () => {
  function tasks({ Semaphore }: Pick<Module, 'Semaphore'>, free: number, maxWait: number) {
    const events: string[] = [];
    const semaphore = new Semaphore(free, maxWait);
    return {
      events,
      release: () => semaphore.release(),
      acquire: (name: string) =>
        semaphore.acquire({
          start: (waited) => events.push(`${name} started after ${Math.round(waited)} ms`),
          timeOut: () => events.push(`${name} timed out`),
        }),
    };
  }

  it('a semaphore starts tasks at once while there is room, and queued ones in order of arrival', async () => {
    const clock = withClock();
    const { events, acquire, release } = tasks(clock, 2, 1000);
    for (const name of ['one', 'two', 'three', 'four']) {
      acquire(name);
    }
    expect(events).to.deep.equal(['one started after 0 ms', 'two started after 0 ms']);
    await clock.pass(300);
    release();
    expect(events).to.have.lengthOf(2, 'not before the connection is back in its pool');
    await clock.pass(0);
    release();
    release();
    await clock.pass(0);
    acquire('five');
    expect(events.slice(2)).to.deep.equal([
      'three started after 300 ms',
      'four started after 300 ms',
      'five started after 0 ms',
    ]);
  });

  it('a semaphore times out each queued task after its own waiting time', async () => {
    const clock = withClock();
    const { events, acquire, release } = tasks(clock, 1, 1000);
    acquire('one');
    acquire('two');
    await clock.pass(400);
    acquire('three');
    await clock.pass(100);
    acquire('four');
    await clock.pass(499);
    expect(events.slice(1)).to.deep.equal([]);
    await clock.pass(1);
    expect(events.slice(1)).to.deep.equal(['two timed out']);
    await clock.pass(399);
    release();
    await clock.pass(0);
    expect(events.slice(2)).to.deep.equal(['three started after 999 ms']);
    await clock.pass(100);
    expect(events.slice(3)).to.deep.equal([]);
    await clock.pass(1);
    expect(events.slice(3)).to.deep.equal(['four timed out']);
  });

  it('a semaphore leaves no timer behind, whether a task was started or timed out', async () => {
    const clock = withClock();
    const { events, acquire, release } = tasks(clock, 1, 1000);
    acquire('one');
    acquire('two');
    acquire('three');
    expect(clock.pending()).to.equal(1);
    release();
    await clock.pass(0);
    expect(clock.pending()).to.equal(1);
    await clock.pass(1000);
    expect(clock.pending()).to.equal(0);
    release();
    acquire('four');
    expect(events.slice(1)).to.deep.equal([
      'two started after 0 ms',
      'three timed out',
      'four started after 0 ms',
    ]);
  });
});
