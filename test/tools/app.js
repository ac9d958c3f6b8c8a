// Stands for your own application: the login, a session, and a page that shows who is signed in.
const cookieSession = require('cookie-session');
const express = require('express');
const { Passport } = require('passport');
const { HiworksStrategy } = require('passport-hiworks');
const { HiworksSSOStrategy } = require('passport-hiworks/sso');

const verifyProfile = (_accessToken, _refreshToken, profile, done) => done(null, profile);

exports.createApp = (hiworks, { sso, verify = verifyProfile } = {}) => {
  const passport = new Passport();
  passport.use(new HiworksStrategy(hiworks, verify));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user));

  const app = express();
  app.use(cookieSession({ secret: 'for tests only' }));
  app.use((req, _res, next) => {
    // Passport calls both, and cookie-session has neither.
    req.session.regenerate ??= (done) => done();
    req.session.save ??= (done) => done();
    next();
  });
  app.use(passport.session());
  app.get('/auth/hiworks', passport.authenticate('hiworks'));
  app.get(
    '/auth/hiworks/callback',
    passport.authenticate('hiworks', { failureRedirect: '/login' }),
    (_req, res) => res.redirect('/me'),
  );
  if (sso) {
    passport.use(new HiworksSSOStrategy(sso, (profile, done) => done(null, profile)));
    app.get(sso.path, passport.authenticate('hiworks-sso'), (_req, res) => res.redirect('/me'));
  }
  app.get('/me', (req, res) => (req.user ? res.json(req.user) : res.sendStatus(401)));
  app.use((error, _req, res, _next) => res.status(error.status ?? 500).json({ code: error.code }));
  return app;
};
