import nock from 'nock';

/**
 * Takes nock away for the scenarios of this `describe`: even where it lets a request through to loopback, it makes a
 * request of its own, without the agent, kept-alive connections or the network's own errors.
 */
export function overRealHTTP(): void {
  before(() => nock.restore());
  after(() => nock.activate());
}
