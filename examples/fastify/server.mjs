import { createApp } from './app.mjs';
import { port } from './environment.mjs';

const app = await createApp({ logger: { level: 'warn' } });
await app.listen({ port });
console.log(`http://localhost:${port}`);
