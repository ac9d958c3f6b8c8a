import timers = require('node:timers');

// Taken now: an application's tests may replace them later.
const { setTimeout } = timers;
const { uptime } = process;

/** What has its turn, after so many milliseconds in line, or is told to give up after too many. */
export interface Turn {
  begin(waited: number): void;
  giveUp(): void;
}

// A class, and a list rather than an array: nothing of a login is to be taken for lasting, nor hundreds to be moved up.
class Waiting {
  readonly since = uptime() * 1000;
  next: Waiting | undefined;

  constructor(readonly turn: Turn) {}
}

/** Lets so many at once have their turn; the others wait in line, for at most `patience` milliseconds. */
export class Turns {
  private first: Waiting | undefined;
  private last: Waiting | undefined;
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
      return;
    }
    const waiting = new Waiting(turn);
    if (this.last) {
      this.last.next = waiting;
    } else {
      this.first = waiting;
    }
    this.last = waiting;
    // One for all: who came first is the first whose patience ends.
    this.timer ??= setTimeout(() => this.dismiss(), this.patience).unref();
  }

  /** Gives a turn back: to the first in line, if anybody waits. */
  give(): void {
    const first = this.shift();
    if (first) {
      // A moment later: only then is the connection back in its pool.
      Promise.resolve().then(() => first.turn.begin(uptime() * 1000 - first.since));
    } else {
      this.free += 1;
    }
  }

  private shift(): Waiting | undefined {
    const { first } = this;
    if (first) {
      this.first = first.next;
      this.last = first.next && this.last;
      // Else it would keep the younger ones alive where it is collected late itself.
      first.next = undefined;
    }
    return first;
  }

  private dismiss(): void {
    const now = uptime() * 1000;
    while (this.first && now - this.first.since >= this.patience) {
      this.shift()?.turn.giveUp();
    }
    const next = this.first;
    this.timer = next && setTimeout(() => this.dismiss(), next.since + this.patience - now).unref();
  }
}
