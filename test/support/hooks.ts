import nock from 'nock';

// Mocha passes over an unhandled rejection in silence; thrown, it fails the scenario that is running.
process.on('unhandledRejection', (reason) => {
  throw reason;
});

// Nothing but loopback may be reached from a test, and a scenario must not inherit another's interceptors.
export const mochaHooks = {
  beforeAll(): void {
    nock.disableNetConnect();
    nock.enableNetConnect(/^(localhost|127\.0\.0\.1|\[::1\]|::1)(:\d+)?$/);
  },
  afterEach(): void {
    nock.cleanAll();
  },
};
