import timers = require('node:timers');

// Taken now: an application's tests may replace them later.
const { setTimeout } = timers;
const { uptime } = process;

/** What has its turn, after so many milliseconds in line, or is told to give up after too many. */
export interface Turn {
  begin(waited: number): void;
  giveUp(): void;
}

/** Lets so many at once have their turn; the others wait in line, for at most `patience` milliseconds. */
export class Turns {
  private readonly line: { turn: Turn; since: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private free: number,
    private readonly patience: number,
  ) {}

  /** Has `turn` begin at once if one is free, otherwise when one is given back. */
  take(turn: Turn): void {
    if (this.free > 0) {
      this.free -= 1;
      turn.begin(0);
    } else {
      this.line.push({ turn, since: uptime() * 1000 });
      // One for all: who came first is the first whose patience ends.
      this.timer ??= setTimeout(() => this.dismiss(), this.patience).unref();
    }
  }

  /** Gives a turn back: to the first in line, if anybody waits. */
  give(): void {
    const first = this.line.shift();
    if (first) {
      // A moment later: only then is the connection back in its pool.
      Promise.resolve().then(() => first.turn.begin(uptime() * 1000 - first.since));
    } else {
      this.free += 1;
    }
  }

  private dismiss(): void {
    const now = uptime() * 1000;
    for (let [first] = this.line; first && now - first.since >= this.patience; [first] = this.line) {
      this.line.shift();
      first.turn.giveUp();
    }
    const [next] = this.line;
    this.timer = next && setTimeout(() => this.dismiss(), next.since + this.patience - now).unref();
  }
}
