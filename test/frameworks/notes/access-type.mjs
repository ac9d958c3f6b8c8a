import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { home, options, port, secret, started, userOf } from './hiworks.mjs';

// Stands for a `store` of your own: here one that keeps a handle in the session.
const store = {
  store(req, _meta, done) {
    req.session.handle = req.sessionID;
    done(null, req.sessionID);
  },
  verify(req, handle, done) {
    done(null, handle === req.session.handle);
  },
};

passport.use(
  new HiworksStrategy({ ...options, store }, async (_accessToken, refreshToken, profile) => ({
    ...userOf(profile),
    name: `${userOf(profile).name} ${refreshToken ? '리프레시 토큰 있음' : '리프레시 토큰 없음'}`,
  })),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));
app.use(passport.session());
app.get('/', (req, res) => {
  res.send(home(req.user));
});
app.get('/auth/hiworks', passport.authenticate('hiworks', { accessType: 'offline' }));
app.get(
  '/auth/hiworks/callback',
  passport.authenticate('hiworks', { accessType: 'offline', successRedirect: '/' }),
);
const server = app.listen(port, () => started(server));
