import { login, respond } from './routes.mjs';

const server = Bun.serve({
  port: process.env.PORT,
  routes: { '/auth/hiworks': login, '/auth/hiworks/callback': login },
  fetch: respond,
});
console.log(`http://localhost:${server.port}`);
