import { serve } from '@hono/node-server';
import { createApp } from './app.mjs';
import { port } from './environment.mjs';

serve({ fetch: createApp().fetch, port }, () => console.log(`http://localhost:${port}`));
