import cookieSession from 'cookie-session';
import express from 'express';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { home, options, port, secret, started, userOf } from './hiworks.mjs';

passport.use(new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => userOf(profile)));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(cookieSession({ name: 'session', secret, sameSite: 'lax' }));
app.use((req, _res, next) => {
  const nothing = { value: (done) => done() };
  Object.defineProperties(req.session, { regenerate: nothing, save: nothing });
  next();
});
app.use(passport.session());

app.get('/', (req, res) => {
  res.send(home(req.user));
});
app.get('/auth/hiworks', passport.authenticate('hiworks'));
app.get(
  '/auth/hiworks/callback',
  passport.authenticate('hiworks', { successRedirect: '/', failureRedirect: '/?failed' }),
);
app.post('/logout', (req, res, next) => {
  req.logout((error) => (error ? next(error) : res.redirect('/')));
});
app.listen(port, started);
