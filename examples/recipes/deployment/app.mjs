import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy, isHiworksError, visitorMessage } from 'passport-hiworks';
import { createClient } from 'redis';
import { limits } from './limits.mjs';

const { APP_URL, PORT, REDIS_URL, SESSION_SECRET } = process.env; // a PORT of its own for each process
const hiworks = ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET', 'HIWORKS_OFFICE_NO'];
const required = ['APP_URL', 'PORT', 'REDIS_URL', 'SESSION_SECRET', ...hiworks];
const problems = required.filter((name) => !process.env[name]).map((name) => `${name} is missing or empty`);
if (APP_URL && !APP_URL.startsWith('https://')) {
  problems.push('APP_URL must begin with https://: the session cookie is sent over HTTPS only');
}
if (SESSION_SECRET && SESSION_SECRET.length < 32) {
  problems.push('SESSION_SECRET is shorter than 32 characters: make one with openssl rand -base64 32');
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
const base = new URL(APP_URL).pathname.replace(/\/$/, ''); // /tools

// Without a connection, commands fail at once instead of waiting for one.
const redis = createClient({ url: REDIS_URL, disableOfflineQueue: true });
redis.on('error', (error) => console.error('Redis:', error.code ?? error.message));
await redis.connect();

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      allowedOffices: process.env.HIWORKS_OFFICE_NO,
      callbackURL: `${new URL(APP_URL).origin}${base}/auth/hiworks/callback`, // as registered with Hiworks
      baseURL: process.env.HIWORKS_BASE_URL || undefined, // the fake Hiworks; Hiworks itself if not set
      fetchProfile: true,
    },
    (_accessToken, _refreshToken, profile, done) =>
      done(null, { id: profile.id, name: profile.displayName ?? profile.id }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const tools = express.Router();
tools.use(
  (_req, res, next) => {
    res.set({ 'Content-Security-Policy': "frame-ancestors 'none'", 'Referrer-Policy': 'same-origin' });
    // No session can be read or kept now, and no login finished. A health check may request any page.
    redis.isReady ? next() : res.status(503).send('잠시 후 다시 시도해 주세요.');
  },
  session({
    store: new RedisStore({ client: redis, prefix: 'tools:' }),
    secret: SESSION_SECRET, // the same for every process
    resave: false,
    saveUninitialized: false,
    name: '__Host-tools', // the browser accepts it over HTTPS only, and from this very host
    cookie: { sameSite: 'lax', secure: true, path: '/', maxAge: 8 * 60 * 60 * 1000 }, // a working day
  }),
  limits,
  passport.session(),
);

tools.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info) => {
    if (error && !isHiworksError(error)) {
      next(error);
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect(`${base}/`)));
    } else if (info?.code === 'prefetch') {
      res.sendStatus(503); // after a redirect, the browser would show that page when the link is clicked
    } else {
      console.warn(error ?? info?.message); // why, and what to do
      res.redirect(req.user ? `${base}/` : `${base}/?reason=${(error ?? info)?.code}`);
    }
  })(req, res, next);
});
tools.get('/', (req, res) => {
  if (req.user) {
    res.type('text').send(`${req.user.name} 님, 안녕하세요. (프로세스 ${process.pid}, ${req.ip})`);
  } else {
    const message = req.query.reason ? `<p>${visitorMessage(req.query.reason)}</p>` : '';
    res.send(`<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>사내 도구</title>${message}<p><a href="${base}/auth/hiworks">하이웍스로 로그인</a></p>`);
  }
});

const app = express();
app.set('trust proxy', 'loopback'); // nginx on this machine says who the client is, and that it came by HTTPS
app.use(base, tools);
app.use((error, _req, res, _next) => {
  console.error(error);
  res.status(error.status ?? 500).send('오류가 발생했습니다. 잠시 후 다시 시도해 주세요.');
});
const server = app.listen(PORT, '127.0.0.1', (error) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(`${APP_URL} on port ${PORT}`);
});
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => server.close(() => process.exit()));
}
