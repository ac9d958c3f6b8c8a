import cookieParser from 'cookie-parser';
import cookieSession from 'cookie-session';
import express from 'express';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { optional, required } from './environment.mjs';
import { failurePage, homePage, inboxPage } from './pages.mjs';

const HOURS_SIGNED_IN = 8;

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

/** The application. It keeps no sessions: a signed token in a cookie says who the user is. */
export function createApp() {
  const app = express();
  app.use(cookieParser());
  app.use((req, _res, next) => {
    req.user = readToken(req.cookies.user);
    next();
  });
  // The logins that are pending are all that needs a session, and only these two routes need them.
  app.use(
    '/auth/hiworks',
    cookieSession({
      name: 'logins',
      secret,
      path: '/auth/hiworks',
      maxAge: 10 * 60 * 1000,
      sameSite: 'lax',
    }),
  );

  app.get('/', (req, res) => {
    res.send(homePage(req.user));
  });
  app.get('/auth/hiworks', (req, res, next) => {
    signIn({ state: { returnTo: req.query.to === 'inbox' ? '/inbox' : '/' } })(req, res, next);
  });
  app.get('/auth/hiworks/callback', signIn());
  app.get('/inbox', (req, res) => {
    if (req.user) {
      res.send(inboxPage(req.user));
    } else {
      res.redirect('/auth/hiworks?to=inbox');
    }
  });
  app.post('/logout', (_req, res) => {
    res.clearCookie('user').redirect('/');
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
    passport.authenticate('hiworks', { ...options, session: false }, (error, user, info, status = 401) => {
      if (error) {
        next(error);
      } else if (!user) {
        console.warn('Not signed in:', info?.message);
        res.status(status).send(failurePage(info));
      } else {
        const token = jwt.sign({ user }, secret, { algorithm: 'HS256', expiresIn: `${HOURS_SIGNED_IN}h` });
        res.cookie('user', token, {
          httpOnly: true,
          sameSite: 'lax',
          secure: req.secure,
          maxAge: HOURS_SIGNED_IN * 60 * 60 * 1000,
        });
        res.redirect(info.state?.returnTo ?? '/');
      }
    })(req, res, next);
  };
}

/** The user of a token, or `undefined` if it is missing, forged or expired. */
function readToken(token) {
  try {
    return jwt.verify(token, secret, { algorithms: ['HS256'] }).user;
  } catch {
    return undefined;
  }
}

/** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
function findUser(profile) {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
