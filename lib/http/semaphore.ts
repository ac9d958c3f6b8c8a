import timers = require('node:timers');

// Captured at load time, before tests can install fake timers.
const { setTimeout, clearTimeout } = timers;
const { uptime } = process;

/** A queued task: started with the milliseconds it has waited, or timed out. */
export interface Task {
  start(waited: number): void;
  timeOut(): void;
}

type Queued = { task: Task; since: number; next: Queued | undefined };

/** Lets a number of tasks run at once; the others wait, at most `maxWait` milliseconds. */
export class Semaphore {
  // A linked list: V8 keeps what an array or map held before it grew, finished tasks included, until the next full collection.
  private readonly queue: { next: Queued | undefined } = { next: undefined };
  private last = this.queue;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private free: number,
    private readonly maxWait: number,
  ) {}

  /** Starts `task` at once if there is room, otherwise when others have been released. */
  acquire(task: Task): void {
    if (this.free > 0) {
      this.free -= 1;
      task.start(0);
      return;
    }
    // One timer is enough: the first in the queue is the first to time out.
    this.timer ??= setTimeout(this.timeOut, this.maxWait);
    const queued = { task, since: uptime(), next: undefined };
    this.last.next = queued;
    this.last = queued;
  }

  /** Call exactly once when a started task has ended. */
  release(): void {
    const first = this.dequeue();
    if (!first) {
      this.free += 1;
      return;
    }
    // A moment later: only then is the connection back in its pool.
    Promise.resolve().then(() => first.task.start(waited(first)));
  }

  private dequeue(): Queued | undefined {
    const first = this.queue.next;
    if (first) {
      this.queue.next = first.next;
      first.next = undefined;
      if (!this.queue.next) {
        this.last = this.queue;
        clearTimeout(this.timer);
        this.timer = undefined;
      }
    }
    return first;
  }

  private readonly timeOut = (): void => {
    while (this.queue.next && waited(this.queue.next) >= this.maxWait) {
      (this.dequeue() as Queued).task.timeOut();
    }
    this.timer = this.queue.next && setTimeout(this.timeOut, this.maxWait - waited(this.queue.next));
  };
}

function waited({ since }: Queued): number {
  return (uptime() - since) * 1000;
}
