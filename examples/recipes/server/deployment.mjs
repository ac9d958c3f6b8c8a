import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { visitorMessage } from 'passport-hiworks';
import { createClient } from 'redis';
import { checkEnvironment, headers, listen, login, rememberInSession } from './hiworks.mjs';
import { limits } from './limits.mjs';

checkEnvironment('PORT', 'REDIS_URL');
const { APP_URL, REDIS_URL, SESSION_SECRET } = process.env;
if (!APP_URL.startsWith('https://')) {
  console.error('APP_URL must begin with https://: the session cookie is sent over HTTPS only');
  process.exit(1);
}
const base = new URL(APP_URL).pathname.replace(/\/$/, ''); // /tools

// Without a connection, commands fail at once instead of waiting for one.
const redis = createClient({ url: REDIS_URL, disableOfflineQueue: true });
redis.on('error', (error) => console.error('Redis:', error.code ?? error.message));
await redis.connect();

const tools = express.Router();
tools.use(
  headers,
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

tools.get(['/auth/hiworks', '/auth/hiworks/callback'], login(`${base}/`, rememberInSession));
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
app.set('trust proxy', 'loopback'); // nginx on this machine passes on the client's address, and that it came by HTTPS
app.use(base, tools);
const server = listen(app, '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => server.close(() => process.exit()));
}
