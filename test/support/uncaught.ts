const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/**
 * Collects what nobody caught during the scenarios of this `describe`, in place of mocha, which would end the scenario
 * there and then: a property wants to shrink its example first. Process warnings count as well, all but the one
 * that comes once a process, at whichever login returns `state` first.
 */
export function collectUncaught(): unknown[] {
  const uncaught: unknown[] = [];
  const collect = (reason: unknown) => {
    if ((reason as { code?: unknown } | undefined)?.code !== 'HIWORKS_STATE_RETURNED') {
      uncaught.push(reason);
    }
  };
  const others = new Map<string, NodeJS.UncaughtExceptionListener[]>();

  before(() => {
    for (const event of EVENTS) {
      others.set(event, process.listeners(event as 'uncaughtException'));
      process.removeAllListeners(event);
      process.on(event, collect);
    }
  });
  beforeEach(() => {
    uncaught.length = 0;
  });
  after(() => {
    for (const event of EVENTS) {
      process.off(event, collect);
      for (const listener of others.get(event) ?? []) {
        process.on(event, listener);
      }
    }
  });
  return uncaught;
}
