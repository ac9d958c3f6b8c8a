import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { createClient } from 'redis';
import * as base from '../application.mjs';
import { limits } from './limits.mjs';

const verify = (_accessToken, _refreshToken, { id, displayName = id }, done) =>
  done(null, { id, name: displayName });
passport.use(new HiworksStrategy(base.hiworksOptions('APP_URL', 'PORT', 'REDIS_URL'), verify));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const { REDIS_URL, SESSION_SECRET } = process.env;
const problems = [
  !base.url.startsWith('https://') &&
    'APP_URL must begin with https://: the session cookie is sent over HTTPS only',
  SESSION_SECRET.length < 32 &&
    'SESSION_SECRET is shorter than 32 characters: make one with openssl rand -base64 32',
].filter(Boolean);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
const home = `${new URL(base.url).pathname}/`.replace('//', '/'); // /tools/

// Without a connection, commands fail at once instead of waiting for one.
const redis = createClient({ url: REDIS_URL, disableOfflineQueue: true });
redis.on('error', (error) => console.error('Redis:', error.code ?? error.message));
await redis.connect();

const tools = express.Router();
tools.use(
  base.headers,
  // Without Redis, no session can be read or saved. A health check can request any page.
  (_req, res, next) => (redis.isReady ? next() : res.status(503).send('잠시 후 다시 시도해 주세요.')),
  session({
    store: new RedisStore({ client: redis, prefix: 'tools:' }),
    secret: SESSION_SECRET, // the same for every process
    resave: false,
    saveUninitialized: false,
    name: '__Host-tools', // the browser accepts it over HTTPS only, and from this host itself
    cookie: { sameSite: 'lax', secure: true, path: '/', maxAge: 8 * 60 * 60 * 1000 }, // a working day
  }),
  limits,
  passport.session(),
);

tools.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  const succeeded = (user) => req.logIn(user, (failed) => (failed ? next(failed) : res.redirect(home)));
  const failed = (reason) => res.redirect(req.user ? home : `${home}?${new URLSearchParams({ reason })}`);
  passport.authenticate('hiworks', base.loginCallback(res, next, succeeded, failed))(req, res, next);
});
tools.get('/', (req, res) => {
  const link = `<p><a href="${home}auth/hiworks">하이웍스로 로그인</a></p>`;
  const name = req.user && base.escapeHTML(req.user.name);
  const user = `<p>${name} 님, 안녕하세요. (프로세스 ${process.pid}, ${req.ip})</p>`;
  res.send(base.page(req.user ? user : base.explain(req.query.reason) + link));
});

const app = express();
app.set('trust proxy', 'loopback'); // nginx on this machine passes on the client's address, and that it came by HTTPS
app.use(home, tools);
const server = base.serve(app, '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => server.close(() => process.exit()));
}
