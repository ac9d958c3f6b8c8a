// The application of the README, with Express' and Passport's types beside ours.

import express from 'express';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      callbackURL: 'https://app.example.com/auth/hiworks/callback',
    },
    (_accessToken, _refreshToken, profile, done) => done(null, profile),
  ),
);
passport.use(
  'hiworks-by-host',
  new HiworksStrategy(
    { clientID: 'example.open.apps', clientSecret: 'secret', passReqToCallback: true },
    (req, _accessToken, _refreshToken, profile, done) => done(null, { ...profile, host: req.hostname }),
  ),
);

const app = express();
app.get('/auth/hiworks', passport.authenticate('hiworks'));
app.get(
  '/auth/hiworks/callback',
  passport.authenticate('hiworks', { failureRedirect: '/login' }),
  (_req, res) => res.redirect('/'),
);
app.get(
  '/auth/hiworks/stay',
  passport.authenticate('hiworks', {
    accessType: 'offline',
    callbackURL: '/stay',
    state: { returnTo: '/inbox' },
  }),
);
