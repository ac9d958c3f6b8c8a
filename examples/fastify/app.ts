import { randomBytes } from 'node:crypto';
import formbody from '@fastify/formbody';
import { Authenticator } from '@fastify/passport';
import secureSession from '@fastify/secure-session';
import { type FastifyInstance, fastify } from 'fastify';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { hiworksOptions, isMain, port } from '../hiworks.js';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson, type Person } from '../person.js';

declare module 'fastify' {
  interface PassportUser extends Person {}
}

/** Hiworks' errors have a `status`, Fastify's a `statusCode`. */
type Failure = Error & { code?: string; status?: number; statusCode?: number };

/** Adds the login, a home page and an inbox to a Fastify application that has a session plugin. */
export async function addHiworks(
  app: FastifyInstance,
  options: HiworksStrategyOptions,
): Promise<FastifyInstance> {
  // clearSessionIgnoreFields: or a login that is under way in another tab would be forgotten.
  const passport = new Authenticator({ clearSessionIgnoreFields: ['hiworks'] });
  passport.use(
    new HiworksStrategy(
      { fetchProfile: true, sessionKey: 'hiworks', ...options },
      (_accessToken, _refreshToken, profile, done) => done(null, findPerson(profile)),
    ),
  );
  passport.registerUserSerializer(async (person: Person) => person);
  passport.registerUserDeserializer(async (person: Person) => person);
  await app.register(formbody);
  await app.register(passport.initialize());
  await app.register(passport.secureSession());

  const html = 'text/html; charset=utf-8';
  app.setErrorHandler<Failure>((error, _request, reply) => {
    console.error(error);
    return reply
      .code(error.status ?? error.statusCode ?? 500)
      .type(html)
      .send(failurePage(error));
  });

  app.get('/', (request, reply) => reply.type(html).send(homePage(request.user)));
  app.get('/auth/hiworks', { preValidation: passport.authenticate('hiworks') }, () => {});
  const finish = passport.authenticate('hiworks', async (request, reply, error, person, info, status) => {
    const { message, state } = (info ?? {}) as { message?: string; state?: string };
    if (error || !person) {
      throw error || Object.assign(new Error(message), { statusCode: status ?? 401 });
    }
    await request.logIn(person);
    return reply.redirect(state ?? '/');
  });
  app.get('/auth/hiworks/callback', { preValidation: finish }, () => {});
  const orLogin = passport.authenticate('hiworks', { state: '/inbox' });
  app.get(
    '/inbox',
    {
      async preValidation(request, reply) {
        if (!request.user) {
          await orLogin.call(app, request, reply);
        }
      },
    },
    (request, reply) => reply.type(html).send(inboxPage(request.user as Person)),
  );
  app.post('/logout', async (request, reply) => {
    await request.logout();
    return reply.redirect('/');
  });
  return app;
}

/** The same with an application of its own, whose sessions are encrypted cookies. */
export async function createApp(options: HiworksStrategyOptions): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(secureSession, {
    key: randomBytes(32),
    cookie: { path: '/', sameSite: 'lax', secure: 'auto' },
  });
  return addHiworks(app, options);
}

if (isMain(import.meta.url)) {
  const app = await createApp(await hiworksOptions());
  await app.listen({ port });
}
