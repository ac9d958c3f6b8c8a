import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import { fastify } from 'fastify';
import { addHiworks } from '../fastify/app.mjs';
import { port, secret, started } from './hiworks.mjs';

const app = fastify();
await app.register(fastifyCookie);
await app.register(fastifySession, {
  secret,
  cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' },
});
await addHiworks(app);
await app.listen({ port });
started(app.server);
