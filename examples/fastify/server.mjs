import { createApp } from './app.mjs';
import { port } from './settings.mjs';

const app = await createApp({ logger: { level: 'warn' } });
try {
  await app.listen({ port });
  console.log(`http://localhost:${app.server.address().port}`);
} catch ({ message }) {
  console.error(message);
  process.exit(1);
}
