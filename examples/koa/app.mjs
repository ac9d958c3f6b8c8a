import Router from '@koa/router';
import Koa from 'koa';
import passport from 'koa-passport';
import { createSession } from 'koa-session';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { optional, required } from './environment.mjs';
import { failurePage, homePage, inboxPage } from './pages.mjs';

const [clientID, clientSecret, allowedOffices, secret] = required(
  'HIWORKS_CLIENT_ID',
  'HIWORKS_CLIENT_SECRET',
  'HIWORKS_OFFICE_NO',
  'SESSION_SECRET',
);

passport.use(
  new HiworksStrategy(
    {
      clientID,
      clientSecret,
      allowedOffices,
      callbackURL: optional('HIWORKS_CALLBACK_URL') ?? '/auth/hiworks/callback',
      baseURL: optional('HIWORKS_BASE_URL'),
      fetchProfile: true,
    },
    async (_accessToken, _refreshToken, profile) => findUser(profile),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

/** The application. Its sessions are kept in a signed cookie. */
export function createApp() {
  const router = new Router();
  router.get('/', (ctx) => {
    ctx.body = homePage(ctx.state.user);
  });
  router.get('/auth/hiworks', signIn());
  router.get('/auth/hiworks/callback', signIn());
  router.get('/inbox', async (ctx, next) => {
    if (ctx.isAuthenticated()) {
      ctx.body = inboxPage(ctx.state.user);
    } else {
      await signIn({ state: { returnTo: '/inbox' } })(ctx, next);
    }
  });
  router.post('/logout', async (ctx) => {
    await ctx.logout();
    ctx.redirect('/');
  });

  const app = new Koa();
  app.keys = [secret];
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      console.error(error);
      ctx.status = isHiworksError(error) ? error.status : 500;
      ctx.body = failurePage(error);
    }
  });
  app.use(createSession({ sameSite: 'lax' }, app));
  app.use(passport.initialize());
  app.use(passport.session());
  app.use(router.routes());
  return app;
}

/** Middleware that sends people to Hiworks, and signs in those who come back. */
function signIn(options) {
  return (ctx, next) =>
    passport.authenticate('hiworks', options, async (error, user, info, status = 401) => {
      if (error) {
        throw error;
      }
      if (!user) {
        console.warn('Not signed in:', info?.message);
        ctx.status = status;
        ctx.body = failurePage(info);
        return;
      }
      await ctx.login(user);
      ctx.redirect(info.state?.returnTo ?? '/');
    })(ctx, next);
}

/** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
function findUser(profile) {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
