import http from 'node:http';
import https from 'node:https';
import nock from 'nock';

// Mocha ignores unhandled rejections; thrown, they fail the test that is running.
process.on('unhandledRejection', (reason) => {
  throw reason;
});

// On a developer's machine, requests may go to a proxy; those of the tests do not. `fetch` reads `NO_PROXY` whenever it
// changes, child processes inherit it, and these agents are Node's own without a proxy.
if (process.env.NODE_USE_ENV_PROXY) {
  process.env.NO_PROXY = process.env.no_proxy = '*';
  const options = { keepAlive: true, scheduling: 'lifo', timeout: 5000 } as const;
  http.globalAgent = new http.Agent(options);
  https.globalAgent = new https.Agent(options);
}

// Importing nock activates it, which hides kept-alive connections, agents and the network's own errors. A test that needs it
// calls `interceptHTTP`.
nock.restore();
