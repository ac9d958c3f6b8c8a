import { randomBytes } from 'node:crypto';
import express from 'express';
import { getIronSession } from 'iron-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { home, options, port, secret, started, userOf } from './hiworks.mjs';

const LOGIN_LIFETIME = 10 * 60 * 1000;

/** Keeps the one login that is pending in an iron-session, and saves the session itself. */
const store = {
  async store(req, state, _meta, done) {
    const handle = randomBytes(24).toString('base64url');
    const crossSite = req.headers['sec-fetch-site'] === 'cross-site';
    req.session.login = { handle, state, crossSite, at: Date.now() };
    await req.session.save();
    done(null, handle);
  },

  async verify(req, handle, done) {
    const { login } = req.session;
    const pending = login && Date.now() - login.at < LOGIN_LIFETIME;
    // Hiworks may not return the handle. A login begun by another site is then refused.
    if (!pending || (handle === undefined ? login.crossSite : handle !== login.handle)) {
      done(null, false, { message: 'No login of this browser fits the callback' });
      return;
    }
    delete req.session.login;
    await req.session.save();
    done(null, true, login.state);
  },
};

passport.use(
  new HiworksStrategy({ ...options, store }, async (_accessToken, _refreshToken, profile) => userOf(profile)),
);

const app = express();
app.use(async (req, res, next) => {
  req.session = await getIronSession(req, res, {
    password: secret,
    cookieName: 'session',
    cookieOptions: { sameSite: 'lax', secure: req.secure },
  });
  next();
});
app.get('/', (req, res) => {
  res.send(home(req.session.user));
});
app.get('/auth/hiworks', passport.authenticate('hiworks', { session: false }));
app.get('/auth/hiworks/callback', passport.authenticate('hiworks', { session: false }), async (req, res) => {
  req.session.user = req.user;
  await req.session.save();
  res.redirect(req.authInfo.state?.returnTo ?? '/');
});
app.post('/logout', (req, res) => {
  req.session.destroy();
  res.redirect('/');
});
app.listen(port, started);
