// The application of the README, with a user of its own, and Express' and Passport's types beside ours.

import express, { type Request, type Response } from 'express';
import passport from 'passport';
import {
  type HiworksFailure,
  type HiworksProfile,
  HiworksStrategy,
  isHiworksError,
  visitorMessage,
} from 'passport-hiworks';

declare global {
  namespace Express {
    interface User {
      id: string;
      name: string;
    }
  }
}

const options = {
  clientID: process.env.HIWORKS_CLIENT_ID,
  clientSecret: process.env.HIWORKS_CLIENT_SECRET,
  callbackURL: 'https://app.example.com/auth/hiworks/callback',
};

passport.use(
  new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) =>
    done(null, { id: profile.id, name: profile.displayName ?? profile.id }),
  ),
);
passport.use(
  new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => ({
    id: profile.id,
    name: profile.id,
  })),
);
passport.use(
  'hiworks-by-host',
  new HiworksStrategy({ ...options, passReqToCallback: true }, (req, _access, _refresh, profile, done) =>
    done(null, { id: profile.id, name: req.hostname }),
  ),
);
// One that connects accounts has no user to give, but the profile.
passport.use(
  'hiworks-connect',
  new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile)),
);
passport.deserializeUser((user: Express.User, done) => done(null, user));

const app = express();
app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  passport.authenticate(
    'hiworks',
    (error: unknown, user?: Express.User | false | null, info?: HiworksFailure) => {
      if (error && !isHiworksError(error)) {
        next(error);
      } else if (user) {
        req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
      } else {
        const reason = isHiworksError(error) ? error : info;
        res.redirect(`/login?reason=${reason?.code}`);
      }
    },
  )(req, res, next);
});
// The same without types: those of the parameters come from this package.
app.get('/auth/hiworks/untyped', (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info) => {
    if (user) {
      req.logIn(user, next);
    } else {
      res.redirect(`/login?reason=${(error ?? info)?.code}`);
    }
  })(req, res, next);
});
app.get('/login', (req, res) => {
  res.send(visitorMessage(req.query.reason));
});
app.get(
  '/auth/hiworks/stay',
  passport.authenticate('hiworks', {
    accessType: 'offline',
    callbackURL: '/stay',
    state: { returnTo: '/inbox' },
  }),
);

const propose = (req: Request & { account?: HiworksProfile }, res: Response) => {
  res.send(req.account?.officeNo);
};
app.get('/connect/callback', passport.authorize('hiworks-connect', {}), propose);
