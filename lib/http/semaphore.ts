import timers = require('node:timers');

// Captured at load time, before tests can install fake timers.
const { setTimeout, clearTimeout } = timers;
const { uptime } = process;

/** A queued task: started with the milliseconds it has waited, or timed out. */
export interface Task {
  start(waited: number): void;
  timeOut(): void;
}

/** Lets a number of tasks run at once; the others wait, at most `maxWait` milliseconds. */
export class Semaphore {
  private readonly queue = new Map<Task, { since: number; timer: NodeJS.Timeout }>();

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
    const timer = setTimeout(() => {
      this.queue.delete(task);
      task.timeOut();
    }, this.maxWait);
    this.queue.set(task, { since: uptime(), timer });
  }

  /** Call exactly once when a started task has ended. */
  release(): void {
    const [next] = this.queue;
    if (!next) {
      this.free += 1;
      return;
    }
    const [task, { since, timer }] = next;
    this.queue.delete(task);
    clearTimeout(timer);
    // A moment later: only then is the connection back in its pool.
    Promise.resolve().then(() => task.start((uptime() - since) * 1000));
  }
}
