import cookieSession from 'cookie-session';
import express from 'express';
import { jwtVerify, SignJWT } from 'jose';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;
const key = new TextEncoder().encode(process.env.JWT_SECRET);
const claims = { issuer: APP_URL, audience: APP_URL };
const LIFETIME = 8 * 60 * 60; // seconds
const cookie = { httpOnly: true, sameSite: 'lax', secure: APP_URL.startsWith('https:') };

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      baseURL: process.env.HIWORKS_BASE_URL, // the fake Hiworks; Hiworks itself if unset
      callbackURL: `${APP_URL}/auth/hiworks/callback`,
      allowedOffices: process.env.HIWORKS_OFFICE_NO,
      fetchProfile: true,
    },
    (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id, name: profile.displayName }),
  ),
);

const app = express();

// The session is for the two steps of the login only: a signed cookie that the browser sends to no other path.
const auth = express.Router();
const keys = [process.env.SESSION_SECRET];
auth.use(cookieSession({ ...cookie, name: 'login', path: '/auth/hiworks', keys, maxAge: 10 * 60 * 1000 }));
const signIn = passport.authenticate('hiworks', { session: false, failureRedirect: '/?login=failed' });
auth.get('/', signIn);
auth.get('/callback', signIn, async (req, res) => {
  req.session = null;
  const token = await new SignJWT({ name: req.user.name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(req.user.id)
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setIssuedAt()
    .setExpirationTime(`${LIFETIME}s`)
    .sign(key);
  // In a cookie that scripts cannot read; never in the URL, which ends up in logs and in the history.
  res.cookie('token', token, { ...cookie, maxAge: LIFETIME * 1000 }).redirect('/');
});
app.use('/auth/hiworks', auth);

async function authenticated(req, res, next) {
  const [, token = ''] = /(?:^|;\s*)token=([^;]+)/.exec(req.headers.cookie ?? '') ?? [];
  try {
    const { payload } = await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] });
    req.user = { id: payload.sub, name: payload.name };
  } catch {
    res.status(401).json({ error: 'login_required' });
    return;
  }
  next();
}

app.get('/api/me', authenticated, (req, res) => res.json(req.user));
app.post('/api/logout', (_req, res) => res.clearCookie('token', cookie).sendStatus(204));
app.get('/', (_req, res) => {
  res.send(`<!doctype html><meta charset="utf-8"><title>SPA</title><main></main><script type="module">
const response = await fetch('/api/me');
// A login is a navigation, never a fetch(): the browser has to go to Hiworks and come back.
document.querySelector('main').innerHTML = response.ok ? '' : '<a href="/auth/hiworks">하이웍스로 로그인</a>';
if (response.ok) document.querySelector('main').textContent = (await response.json()).name;
</script>`);
});

app.listen(PORT, () => console.log(APP_URL));
