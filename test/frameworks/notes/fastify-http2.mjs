import { readFileSync } from 'node:fs';
import { createApp } from '../fastify/app.mjs';
import { port, started } from './hiworks.mjs';

const app = await createApp({
  http2: true,
  https: {
    allowHTTP1: true,
    key: readFileSync(process.env.TLS_KEY),
    cert: readFileSync(process.env.TLS_CERTIFICATE),
  },
});
await app.listen({ port });
started(app.server, 'https');
