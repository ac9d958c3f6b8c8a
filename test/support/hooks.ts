import nock from 'nock';

// Mocha passes over an unhandled rejection in silence; thrown, it fails the scenario that is running.
process.on('unhandledRejection', (reason) => {
  throw reason;
});

// Importing nock puts it in front of every request, where it hides kept connections, agents and the network's own
// errors. A scenario that needs it says so, with `interceptHTTP`.
nock.restore();
