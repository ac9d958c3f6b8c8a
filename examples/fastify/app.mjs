import { createHash } from 'node:crypto';
import fastifyFormbody from '@fastify/formbody';
import { Authenticator } from '@fastify/passport';
import fastifySecureSession from '@fastify/secure-session';
import { fastify } from 'fastify';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { optional, required } from './environment.mjs';
import { failurePage, homePage, inboxPage } from './pages.mjs';

const [clientID, clientSecret, allowedOffices, secret] = required(
  'HIWORKS_CLIENT_ID',
  'HIWORKS_CLIENT_SECRET',
  'HIWORKS_OFFICE_NO',
  'SESSION_SECRET',
);

/** The application, for Fastify's own `options`. Its sessions are encrypted cookies. */
export async function createApp(options) {
  const app = fastify(options);
  await app.register(fastifySecureSession, {
    key: createHash('sha256').update(secret).digest(),
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto' },
  });
  await addHiworks(app);
  return app;
}

/** Adds the login and its pages to an application that has a session plugin. */
export async function addHiworks(app) {
  // clearSessionIgnoreFields: a login pending in another tab goes on.
  const passport = new Authenticator({ clearSessionIgnoreFields: ['hiworks'] });
  passport.use(
    new HiworksStrategy(
      {
        clientID,
        clientSecret,
        allowedOffices,
        callbackURL: optional('HIWORKS_CALLBACK_URL') ?? '/auth/hiworks/callback',
        baseURL: optional('HIWORKS_BASE_URL'),
        fetchProfile: true,
        sessionKey: 'hiworks',
      },
      async (_accessToken, _refreshToken, profile) => findUser(profile),
    ),
  );
  passport.registerUserSerializer(async (user) => user);
  passport.registerUserDeserializer(async (user) => user);
  await app.register(fastifyFormbody);
  await app.register(passport.initialize());
  await app.register(passport.secureSession());

  const html = 'text/html; charset=utf-8';
  const signIn = (options) =>
    passport.authenticate('hiworks', options, async (request, reply, error, user, info, status = 401) => {
      if (error) {
        throw error;
      }
      if (!user) {
        request.log.warn(`Not signed in: ${info?.message}`);
        return reply.code(status).type(html).send(failurePage(info));
      }
      await request.logIn(user);
      return reply.redirect(info.state?.returnTo ?? '/');
    });

  app.setErrorHandler((error, request, reply) => {
    request.log.error(error);
    const status = isHiworksError(error) ? error.status : (error.statusCode ?? 500);
    return reply.code(status).type(html).send(failurePage(error));
  });

  app.get('/', (request, reply) => reply.type(html).send(homePage(request.user)));
  app.get('/auth/hiworks', { preValidation: signIn() }, () => {});
  app.get('/auth/hiworks/callback', { preValidation: signIn() }, () => {});
  const signInForInbox = signIn({ state: { returnTo: '/inbox' } });
  app.get(
    '/inbox',
    {
      async preValidation(request, reply) {
        if (!request.user) {
          await signInForInbox.call(app, request, reply);
        }
      },
    },
    (request, reply) => reply.type(html).send(inboxPage(request.user)),
  );
  app.post('/logout', async (request, reply) => {
    await request.logout();
    return reply.redirect('/');
  });
}

/** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
function findUser(profile) {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
