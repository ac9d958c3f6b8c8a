import express from 'express';
import passport from 'passport';
import { HiworksStrategy, visitorMessage } from 'passport-hiworks';
import * as base from '../application.mjs';

const verify = (_accessToken, _refreshToken, { id, displayName = id }, done) =>
  done(null, { id, name: displayName });
passport.use(new HiworksStrategy(base.hiworksOptions('APP_URL'), verify));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = base.createApp();
app.set('trust proxy', 'loopback'); // in production: nginx on this machine, which ends HTTPS
app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  const succeeded = (user) => req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
  const failed = (reason) => res.redirect(`/?${new URLSearchParams({ reason })}`);
  passport.authenticate('hiworks', base.loginCallback(res, next, succeeded, failed))(req, res, next);
});
app.get('/api/me', (req, res) => {
  const { reason } = req.query; // why the login failed
  res.status(req.user ? 200 : 401).json(req.user ?? { message: reason && visitorMessage(reason) });
});
app.post('/api/logout', (req, res, next) => {
  req.logOut((failed) => (failed ? next(failed) : res.sendStatus(204)));
});
// In production: what `vite build` makes.
app.use(express.static('dist', { setHeaders: (res) => res.set('Cache-Control', 'no-cache') }));
base.serve(app);
