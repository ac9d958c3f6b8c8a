import { createHash } from 'node:crypto';
import { Authenticator } from '@fastify/passport';
import fastifySecureSession from '@fastify/secure-session';
import { fastify } from 'fastify';
import { home, path, port, secret, started, strategy } from './verify.mjs';

const app = fastify();
const passport = new Authenticator();
passport.use(strategy);
passport.registerUserSerializer(async (user) => user);
passport.registerUserDeserializer(async (user) => user);
await app.register(fastifySecureSession, {
  key: createHash('sha256').update(secret).digest(),
  cookie: { path: '/', sameSite: 'lax' },
});
await app.register(passport.initialize());
await app.register(passport.secureSession());
app.get('/', (request, reply) => reply.type('text/html; charset=utf-8').send(home(request.user)));
app.get(path, { preValidation: passport.authenticate('hiworks-sso', { successRedirect: '/' }) }, () => {});
await app.listen({ port });
started(app.server);
