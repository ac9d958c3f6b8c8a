import { createHash } from 'node:crypto';
import fastifyFormbody from '@fastify/formbody';
import { Authenticator } from '@fastify/passport';
import fastifySecureSession from '@fastify/secure-session';
import { fastify } from 'fastify';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { headers, homePage, inboxPage, loginPage } from './pages.mjs';
import { options, secret } from './settings.mjs';

const SESSION_SECONDS = 8 * 60 * 60;

// Find or create your own user here, by `profile.id` (Hiworks' `user_no`).
const findUser = async (_accessToken, _refreshToken, { id, displayName }) => ({
  id,
  name: displayName ?? id,
});

const passport = new Authenticator();
passport.use(new HiworksStrategy(options, findUser));
passport.registerUserSerializer(async (user) => user);
passport.registerUserDeserializer(async (user) => user);

/** The application, for Fastify's own `options`. Its sessions are encrypted cookies. */
export async function createApp(options) {
  const app = fastify(options);
  await app.register(fastifySecureSession, {
    cookieName: 'tool.sid',
    key: createHash('sha256').update(secret).digest(),
    expiry: SESSION_SECONDS,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: SESSION_SECONDS },
  });
  await addHiworks(app);
  return app;
}

/** Adds the login and its pages to an application that has a session plugin. */
export async function addHiworks(app) {
  await app.register(fastifyFormbody);
  await app.register(passport.initialize());
  await app.register(passport.secureSession());
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...headers, 'content-type': 'text/html; charset=utf-8' });
  });
  app.setErrorHandler((error, request, reply) => {
    request.log.error(error);
    reply.code(error.statusCode ?? 500).send(loginPage());
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(loginPage()));
  app.get('/', async ({ user }) => (user ? homePage(user) : loginPage()));
  app.get('/login', async ({ query }) => loginPage(query.reason));
  app.get('/auth/hiworks', { preValidation: signIn() }, () => {});
  app.get('/auth/hiworks/callback', { preValidation: signIn() }, () => {});
  const signInForInbox = signIn({ state: { returnTo: '/inbox' } });
  app.get('/inbox', async function inbox(request, reply) {
    return request.user ? inboxPage(request.user) : signInForInbox.call(this, request, reply);
  });
  app.post('/logout', async (request, reply) => {
    await request.logout();
    return reply.redirect('/');
  });
}

/** Redirects to Hiworks, and signs in the user who comes back. A login can fail at its start, too. */
function signIn(options) {
  return passport.authenticate('hiworks', options, async (request, reply, error, user, info) => {
    if (error && !isHiworksError(error)) {
      throw error; // of the application itself
    }
    if (user) {
      await request.logIn(user);
      return reply.redirect(info.state?.returnTo ?? '/');
    }
    request.log.warn(error ?? info, 'Login failed');
    const { code } = error ?? info ?? {};
    if (code === 'prefetch') {
      return reply.code(503).send(); // the browser requests it again at the click
    }
    // Signed in already: a callback that was reloaded or opened twice.
    return reply.redirect(request.user ? '/' : `/login?reason=${encodeURIComponent(code)}`);
  });
}
