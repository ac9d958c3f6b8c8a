import cookieSession from 'cookie-session';
import express from 'express';
import { jwtVerify, SignJWT } from 'jose';
import { visitorMessage } from 'passport-hiworks';
import { checkEnvironment, headers, listen, login } from './hiworks.mjs';

checkEnvironment('JWT_SECRET');
const { APP_URL, SESSION_SECRET } = process.env;
const key = new TextEncoder().encode(process.env.JWT_SECRET);
const claims = { issuer: APP_URL, audience: APP_URL };
const cookie = { httpOnly: true, sameSite: 'lax', secure: APP_URL.startsWith('https:') };

const app = express();
app.use(headers);
app.use(
  '/auth/hiworks', // a session for the minute between start and callback: a signed cookie, sent to this path only
  cookieSession({ ...cookie, name: 'login', path: '/auth/hiworks', keys: [SESSION_SECRET], maxAge: 600_000 }),
);
app.get(
  ['/auth/hiworks', '/auth/hiworks/callback'],
  login('/', async (user, req, res) => {
    const token = await new SignJWT({
      name: user.name,
      sub: user.id,
      iss: claims.issuer,
      aud: claims.audience,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('8h')
      .sign(key);
    req.session = null;
    // In a cookie that scripts cannot read; never in the URL, which ends up in logs and in the history.
    res.cookie('token', token, { ...cookie, maxAge: 8 * 60 * 60 * 1000 });
  }),
);
app.get('/api/me', authenticated, (req, res) => res.json(req.user));
app.post('/api/logout', (_req, res) => res.clearCookie('token', cookie).sendStatus(204));
app.use(express.static('dist'));
listen(app);

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
