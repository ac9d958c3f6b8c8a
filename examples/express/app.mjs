import express from 'express';
import session from 'express-session';
import passport from 'passport';
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

/** The application. Without a `store` its sessions are kept in the memory of this process. */
export function createApp({ store } = {}) {
  const app = express();
  app.use(
    session({
      store,
      secret,
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', secure: 'auto' },
    }),
  );
  app.use(passport.session());

  app.get('/', (req, res) => {
    res.send(homePage(req.user));
  });
  app.get('/auth/hiworks', signIn());
  app.get('/auth/hiworks/callback', signIn());
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
    res.status(isHiworksError(error) ? error.status : 500).send(failurePage(error));
  });
  return app;
}

/** Middleware that sends people to Hiworks, and signs in those who come back. */
function signIn(options) {
  return (req, res, next) => {
    passport.authenticate('hiworks', options, (error, user, info, status = 401) => {
      if (error) {
        next(error);
      } else if (!user) {
        console.warn('Not signed in:', info?.message);
        res.status(status).send(failurePage(info));
      } else {
        // keepSessionInfo: a login pending in another tab goes on.
        req.logIn(user, { keepSessionInfo: true }, (failed) => {
          if (failed) {
            next(failed);
          } else {
            res.redirect(info.state?.returnTo ?? '/');
          }
        });
      }
    })(req, res, next);
  };
}

/** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
function findUser(profile) {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
