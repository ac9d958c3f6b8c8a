import { Elysia } from 'elysia';
import { login, respond } from './routes.mjs';

const app = new Elysia()
  .get('/auth/hiworks', ({ request }) => login(request))
  .get('/auth/hiworks/callback', ({ request }) => login(request))
  .all('*', ({ request }) => respond(request));
app.listen(process.env.PORT);
console.log(`http://localhost:${app.server.port}`);
