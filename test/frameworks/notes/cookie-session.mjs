import cookieSession from 'cookie-session';
import express from 'express';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { home, options, port, secret, started, userOf } from './hiworks.mjs';

passport.use(new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => userOf(profile)));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(cookieSession({ name: 'tool.sid', secret, sameSite: 'lax', maxAge: 8 * 60 * 60 * 1000 }));
app.use((req, _res, next) => {
  const regenerate = (done) => {
    for (const key of Object.keys(req.session)) {
      delete req.session[key];
    }
    done();
  };
  const save = (done) => done();
  // Not enumerable: they stay out of the cookie.
  Object.defineProperties(req.session, { regenerate: { value: regenerate }, save: { value: save } });
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
const server = app.listen(port, () => started(server));
