import timers = require('node:timers');

// Taken now: an application's tests may replace them later.
const { setTimeout, clearTimeout } = timers;
const { uptime } = process;

/** Lets so many at once have their turn; the others wait in line, for a limited time. */
export class Turns {
  private readonly line = new Set<() => void>();

  constructor(private free: number) {}

  /** Takes a turn. Resolves with the milliseconds spent waiting, or with `undefined` if it took longer than `patience`. */
  take(patience: number): Promise<number | undefined> {
    const began = uptime();
    return new Promise((resolve) => {
      const myTurn = (): void => {
        clearTimeout(timer);
        resolve((uptime() - began) * 1000);
      };
      const timer = setTimeout(() => {
        this.line.delete(myTurn);
        resolve(undefined);
      }, patience);
      this.line.add(myTurn);
    });
  }

  /** Takes a turn if one is free. */
  takeFree(): boolean {
    const isFree = this.free > 0;
    this.free -= isFree ? 1 : 0;
    return isFree;
  }

  /** Gives a turn back: to the first in line, if anybody waits. */
  give(): void {
    const [first] = this.line;
    if (first) {
      this.line.delete(first);
      first();
    } else {
      this.free += 1;
    }
  }
}
