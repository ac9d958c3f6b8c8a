import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { serve } from '@hono/node-server';
import { app } from '../hono/app.mjs';
import { port, started } from './hiworks.mjs';

const server = serve(
  {
    fetch: app.fetch,
    createServer,
    serverOptions: {
      key: readFileSync(process.env.TLS_KEY),
      cert: readFileSync(process.env.TLS_CERTIFICATE),
    },
    port,
  },
  () => started(server, 'https'),
);
