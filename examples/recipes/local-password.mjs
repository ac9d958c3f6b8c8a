import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { Strategy as LocalStrategy } from 'passport-local';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;

// Your users table. hiworks_no is unique, and null until the user connects a Hiworks account.
const users = [
  newUser('hong@example.com', process.env.HONG_PASSWORD),
  newUser('kim@example.com', process.env.KIM_PASSWORD),
];
function newUser(email, password) {
  const salt = randomBytes(16);
  return { email, salt, hash: scryptSync(password, salt, 32), hiworks_no: null };
}

const options = {
  clientID: process.env.HIWORKS_CLIENT_ID,
  clientSecret: process.env.HIWORKS_CLIENT_SECRET,
  baseURL: process.env.HIWORKS_BASE_URL, // the fake Hiworks; Hiworks itself if unset
  callbackURL: `${APP_URL}/auth/hiworks/callback`,
  allowedOffices: process.env.HIWORKS_OFFICE_NO,
};
passport.use(
  new LocalStrategy({ usernameField: 'email' }, (email, password, done) => {
    const user = users.find((user) => user.email === email);
    done(null, user && timingSafeEqual(scryptSync(password, user.salt, 32), user.hash) ? user : false);
  }),
);
passport.use(
  'hiworks',
  new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) =>
    done(null, users.find((user) => user.hiworks_no === profile.id) ?? false),
  ),
);
passport.use(
  'hiworks-connect',
  new HiworksStrategy(options, (_accessToken, _refreshToken, profile, done) => done(null, profile)),
);
passport.serializeUser((user, done) => done(null, user.email));
passport.deserializeUser((email, done) => done(null, users.find((user) => user.email === email) ?? false));

const app = express();
app.use(
  session({
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
  express.urlencoded({ extended: false }),
);

const signIn = passport.authenticate('hiworks', { failureRedirect: '/login?failed' });
const connect = passport.authorize('hiworks-connect', { failureRedirect: '/?failed' });
const signedIn = (req, res, next) => (req.user ? next() : res.redirect('/login'));
// A form on another site must not sign anybody in: what they connect next would belong to the attacker's user.
const ownForm = (req, res, next) =>
  ['same-origin', 'none', undefined].includes(req.get('Sec-Fetch-Site')) ? next() : res.sendStatus(403);

app.post(
  '/login',
  ownForm,
  passport.authenticate('local', { failureRedirect: '/login?failed', successRedirect: '/' }),
);
app.get('/auth/hiworks', (req, res, next) => (req.user ? res.redirect('/') : signIn(req, res, next)));
app.get('/connect/hiworks', signedIn, connect);
// One redirect URL for both: whoever is signed in came to connect. A login begun for the other purpose is refused.
app.get(
  '/auth/hiworks/callback',
  (req, res, next) => (req.user ? connect : signIn)(req, res, next),
  (req, res) => {
    if (req.account) {
      if (users.some((user) => user !== req.user && user.hiworks_no === req.account.id)) {
        res.status(409).send('이미 다른 사용자에게 연결된 하이웍스 계정입니다.');
        return;
      }
      req.user.hiworks_no = req.account.id;
    }
    res.redirect('/');
  },
);
app.post('/disconnect', ownForm, signedIn, (req, res) => {
  req.user.hiworks_no = null;
  res.redirect('/');
});

app.get('/login', (req, res) => {
  res.send(`${'failed' in req.query ? '<p>로그인하지 못했습니다. 하이웍스 계정은 먼저 연결해야 합니다.</p>' : ''}
<form method="post"><input name="email"><input name="password" type="password"><button>로그인</button></form>
<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>`);
});
app.get('/', signedIn, (req, res) => {
  const { email, hiworks_no } = req.user;
  res.send(`${'failed' in req.query ? '<p>하이웍스 계정을 연결하지 못했습니다. 다시 시도해 주세요.</p>' : ''}
<p>${email}, 하이웍스: ${hiworks_no ?? '<a href="/connect/hiworks">연결하기</a>'}</p>`);
});

app.listen(PORT, () => console.log(APP_URL));
