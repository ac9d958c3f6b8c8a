import cookieSession from 'cookie-session';
import express from 'express';
import { jwtVerify, SignJWT } from 'jose';
import passport from 'passport';
import { HiworksStrategy, visitorMessage } from 'passport-hiworks';
import * as base from '../application.mjs';

const verify = (_accessToken, _refreshToken, { id, displayName = id }, done) =>
  done(null, { id, name: displayName });
passport.use(new HiworksStrategy(base.hiworksOptions('APP_URL', 'JWT_SECRET'), verify));
const { SESSION_SECRET, JWT_SECRET } = process.env;
if (JWT_SECRET.length < 32) {
  console.error('JWT_SECRET is shorter than 32 characters: make one with openssl rand -base64 32');
  process.exit(1);
}
const key = new TextEncoder().encode(JWT_SECRET);
const claims = { issuer: base.url, audience: base.url };
const cookie = { httpOnly: true, sameSite: 'lax', secure: base.url.startsWith('https:') };

const app = express();
app.use(base.headers);
app.use(
  '/auth/hiworks', // a session for the minute between start and callback: a signed cookie, sent to this path only
  cookieSession({ ...cookie, name: 'login', path: '/auth/hiworks', keys: [SESSION_SECRET], maxAge: 600_000 }),
);
app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  const succeeded = (user) =>
    issue(user)
      .then((token) => {
        req.session = null;
        // In a cookie that scripts cannot read; never in the URL, which ends up in logs and in the history.
        res.cookie('token', token, { ...cookie, maxAge: 8 * 60 * 60 * 1000 }).redirect('/');
      })
      .catch(next);
  const failed = (reason) => res.redirect(`/?${new URLSearchParams({ reason })}`);
  passport.authenticate('hiworks', base.loginCallback(res, next, succeeded, failed))(req, res, next);
});
app.get('/api/me', authenticated, (req, res) => res.json(req.user));
app.post('/api/logout', (_req, res) => res.clearCookie('token', cookie).sendStatus(204));
app.use(express.static('dist', { setHeaders: (res) => res.set('Cache-Control', 'no-cache') }));
base.serve(app);

function issue({ id, name }) {
  return new SignJWT({ name, sub: id, iss: claims.issuer, aud: claims.audience })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('8h')
    .sign(key);
}

async function authenticated(req, res, next) {
  const [, token = ''] = /(?:^|;\s*)token=([^;]+)/.exec(req.headers.cookie ?? '') ?? [];
  try {
    const { payload } = await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] });
    req.user = { id: payload.sub, name: payload.name };
  } catch {
    const { reason } = req.query;
    res.status(401).json({ message: reason && visitorMessage(reason) });
    return;
  }
  next();
}
