import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

/** The application. `hiworks` is what leads the strategy to Hiworks; a test gives its own. */
export function createApp(hiworks) {
  const passport = new Passport();
  passport.use(
    new HiworksStrategy(
      { ...hiworks, allowedOffices: '123123', fetchProfile: true },
      (_accessToken, _refreshToken, profile, done) =>
        done(null, { id: profile.id, name: profile.displayName }),
    ),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));

  const app = express();
  app.use(
    session({ secret: process.env.SESSION_SECRET ?? 'for tests', resave: false, saveUninitialized: false }),
    passport.session(),
  );
  const signIn = passport.authenticate('hiworks', { failureRedirect: '/refused' });
  app.get('/auth/hiworks', signIn);
  app.get('/auth/hiworks/callback', signIn, (_req, res) => res.redirect('/'));
  app.get('/', (req, res) => res.status(req.user ? 200 : 401).json({ name: req.user?.name }));
  return app;
}
