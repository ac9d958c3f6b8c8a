import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { serve } from '@hono/node-server';
import { createApp } from '../hono/app.mjs';
import { port } from './hiworks.mjs';

serve(
  {
    fetch: createApp().fetch,
    createServer,
    serverOptions: {
      key: readFileSync(process.env.TLS_KEY),
      cert: readFileSync(process.env.TLS_CERTIFICATE),
    },
    port,
  },
  () => console.log(`http://localhost:${port} (https:)`),
);
