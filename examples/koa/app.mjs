import Router from '@koa/router';
import Koa from 'koa';
import passport from 'koa-passport';
import { createSession } from 'koa-session';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { headers, homePage, inboxPage, loginPage } from './pages.mjs';
import { options, secret } from './settings.mjs';

// Find or create your own user here, by `profile.id` (Hiworks' `user_no`).
const findUser = async (_accessToken, _refreshToken, { id, displayName }) => ({
  id,
  name: displayName ?? id,
});

passport.use(new HiworksStrategy(options, findUser));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const router = new Router();
router.get('/', (ctx) => {
  ctx.body = ctx.state.user ? homePage(ctx.state.user) : loginPage();
});
router.get('/login', (ctx) => {
  ctx.body = loginPage(ctx.query.reason);
});
router.get(['/auth/hiworks', '/auth/hiworks/callback'], signIn());
router.get('/inbox', async (ctx, next) => {
  if (ctx.state.user) {
    ctx.body = inboxPage(ctx.state.user);
  } else {
    await signIn({ state: { returnTo: '/inbox' } })(ctx, next);
  }
});
router.post('/logout', async (ctx) => {
  await ctx.logout();
  ctx.redirect('/');
});

/** The application. Its sessions are signed cookies. */
export const app = new Koa();
app.keys = [secret];
app.use((ctx, next) => {
  ctx.set(headers);
  return next();
});
app.use(createSession({ key: 'tool.sid', sameSite: 'lax', maxAge: 8 * 60 * 60 * 1000 }, app));
app.use(passport.initialize());
app.use(passport.session());
app.use(router.routes());

/** Redirects to Hiworks, and signs in the user who comes back. A login can fail at its start, too. */
function signIn(options) {
  return (ctx, next) =>
    passport.authenticate('hiworks', options, async (error, user, info) => {
      if (error && !isHiworksError(error)) {
        throw error; // of the application itself
      }
      if (user) {
        ctx.session = {}; // koa-session keeps the old data when Passport asks for a new session
        await ctx.login(user);
        ctx.redirect(info.state?.returnTo ?? '/');
        return;
      }
      console.warn('Login failed:', error ?? info?.message ?? 'refused by verify');
      const { code } = error ?? info ?? {};
      if (code === 'prefetch') {
        ctx.status = 503; // the browser requests it again at the click
      } else {
        // Signed in already: a callback that was reloaded or opened twice.
        ctx.redirect(ctx.state.user ? '/' : `/login?reason=${encodeURIComponent(code)}`);
      }
    })(ctx, next);
}
