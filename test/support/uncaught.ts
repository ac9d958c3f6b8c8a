const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/**
 * Collects uncaught errors and process warnings during the tests of this `describe`, instead of letting mocha end the test at
 * once: a property has to shrink its example first. The warning that `state` came back is left out: it is emitted once a
 * process, in any test.
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
