import { serve } from '@hono/node-server';
import { app } from './app.mjs';
import { port } from './settings.mjs';

const server = serve({ fetch: app.fetch, port: Number(port) }, (address) =>
  console.log(`http://localhost:${address.port}`),
);
server.once('error', ({ message }) => {
  console.error(message);
  process.exit(1);
});
