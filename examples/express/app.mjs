import express from 'express';
import session from 'express-session';
import passport from 'passport';
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

/** The application. Without a `store` its sessions are in the memory of this process. */
export function createApp({ store } = {}) {
  const app = express();
  app.use((_req, res, next) => {
    res.set(headers);
    next();
  });
  app.use(
    session({
      name: 'tool.sid',
      store,
      secret,
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', secure: 'auto', maxAge: 8 * 60 * 60 * 1000 },
    }),
  );
  app.use(passport.session());

  app.get('/', (req, res) => {
    res.send(req.user ? homePage(req.user) : loginPage());
  });
  app.get('/login', (req, res) => {
    res.send(loginPage(req.query.reason));
  });
  app.get(['/auth/hiworks', '/auth/hiworks/callback'], signIn());
  app.get('/inbox', (req, res, next) => {
    if (req.user) {
      res.send(inboxPage(req.user));
    } else {
      signIn({ state: { returnTo: '/inbox' } })(req, res, next);
    }
  });
  app.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect('/')));
  });
  app.use((error, _req, res, _next) => {
    console.error(error);
    res.status(error.status ?? 500).send(loginPage());
  });
  return app;
}

/** Redirects to Hiworks, and signs in the user who comes back. A login can fail at its start, too. */
function signIn(options) {
  return (req, res, next) => {
    passport.authenticate('hiworks', options, (error, user, info) => {
      if (error && !isHiworksError(error)) {
        next(error); // of the application itself
      } else if (user) {
        req.logIn(user, (failed) => (failed ? next(failed) : res.redirect(info.state?.returnTo ?? '/')));
      } else {
        console.warn('Login failed:', error ?? info?.message ?? 'refused by verify');
        const { code } = error ?? info ?? {};
        if (code === 'prefetch') {
          res.sendStatus(503); // the browser requests it again at the click
        } else {
          // Signed in already: a callback that was reloaded or opened twice.
          res.redirect(req.user ? '/' : `/login?reason=${encodeURIComponent(code)}`);
        }
      }
    })(req, res, next);
  };
}
