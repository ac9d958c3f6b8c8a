import http from 'node:http';
import https from 'node:https';

// The tests talk to loopback only, which a company's proxy (NODE_USE_ENV_PROXY and HTTP_PROXY) cannot reach. Processes that
// start from here, Mocha's workers included, read NO_PROXY, and `fetch` reads it for every request. Node's global agents
// read it when the process starts, too early for a test process that is no worker.
if (process.env.NODE_USE_ENV_PROXY) {
  process.env.NO_PROXY = 'localhost,127.0.0.1,::1';
  process.env.no_proxy = process.env.NO_PROXY;
  http.globalAgent = new http.Agent({ keepAlive: true, timeout: 5000 });
  https.globalAgent = new https.Agent({ keepAlive: true, timeout: 5000 });
}
