import cookieParser from 'cookie-parser';
import cookieSession from 'cookie-session';
import express from 'express';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { HiworksStrategy, isHiworksError, visitorMessage } from 'passport-hiworks';
import { home, options, secret, userOf } from '../hiworks.mjs';

passport.use(new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => userOf(profile)));

export function createApp() {
  const app = express();
  app.use(cookieParser());
  app.get('/', (req, res) => {
    res.send(home(readToken(req.cookies.token)));
  });
  app.get('/login', (req, res) => {
    res.send(visitorMessage(req.query.reason));
  });
  app.use(
    '/auth/hiworks',
    cookieSession({ name: 'logins', secret, path: '/auth/hiworks', maxAge: 10 * 60 * 1000, sameSite: 'lax' }),
  );
  app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
    passport.authenticate('hiworks', { session: false }, (error, user, info) => {
      if (error && !isHiworksError(error)) {
        next(error);
      } else if (user) {
        req.session = null; // the other pending logins of this browser
        const token = jwt.sign({ user }, secret, { algorithm: 'HS256', expiresIn: '8h' });
        res.cookie('token', token, { httpOnly: true, sameSite: 'lax', secure: req.secure });
        res.redirect('/');
      } else {
        console.warn('Login failed:', error ?? info?.message ?? 'refused by verify');
        res.redirect(`/login?reason=${encodeURIComponent((error ?? info)?.code)}`);
      }
    })(req, res, next);
  });
  app.post('/logout', (_req, res) => {
    res.clearCookie('token').redirect('/');
  });
  return app;
}

/** The user of a token, or `undefined` if it is missing, forged or expired. */
function readToken(token) {
  try {
    return jwt.verify(token, secret, { algorithms: ['HS256'] }).user;
  } catch {
    return undefined;
  }
}
