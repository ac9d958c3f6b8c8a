import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { createClient } from 'redis';

const { APP_URL, PORT } = process.env; // APP_URL as in .env, PORT of its own for each process
const base = new URL(APP_URL).pathname; // /tools
const redis = createClient({ url: process.env.REDIS_URL });
redis.on('error', (error) => console.error(error)); // or a lost connection ends the process
await redis.connect();

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      baseURL: process.env.HIWORKS_BASE_URL,
      callbackURL: `${APP_URL}/auth/hiworks/callback`, // exactly as registered, whatever Host a request names
      allowedOffices: process.env.HIWORKS_OFFICE_NO,
      fetchProfile: true,
    },
    (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id, name: profile.displayName }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const tools = express.Router();
tools.use(
  session({
    store: new RedisStore({ client: redis, prefix: 'tools:' }),
    secret: process.env.SESSION_SECRET, // the same for every process
    resave: false,
    saveUninitialized: false,
    name: '__Host-tools', // the browser accepts it over HTTPS only, and from this very host
    cookie: { sameSite: 'lax', secure: true, path: '/' },
  }),
  passport.session(),
  (_req, res, next) => {
    res.set('Referrer-Policy', 'no-referrer'); // the callback's address holds a code
    next();
  },
);
const signIn = passport.authenticate('hiworks', { failureRedirect: `${base}/?failed` });
tools.get('/auth/hiworks', signIn);
tools.get('/auth/hiworks/callback', signIn, (_req, res) => res.redirect(`${base}/`));
tools.get('/', (req, res) => {
  if (req.user) {
    res.type('text').send(`${req.user.name} 님, 안녕하세요. (프로세스 ${process.pid}, ${req.ip})`);
  } else {
    res.send(`<a href="${base}/auth/hiworks">하이웍스로 로그인</a>`);
  }
});

const app = express();
app.set('trust proxy', 'loopback'); // nginx on this machine says who the client is, and that it came by HTTPS
app.use(base, tools);
const server = app.listen(PORT, '127.0.0.1', () => console.log(`${APP_URL} on port ${PORT}`));
process.on('SIGTERM', () => server.close(() => process.exit()));
