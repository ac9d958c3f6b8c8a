import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;

/** The path if it is one of this application, or '/': never another site (`//evil.example`, `/\evil.example`). */
function ownPath(path) {
  const url = typeof path === 'string' && URL.canParse(path, APP_URL) ? new URL(path, APP_URL) : undefined;
  const isOwn = url?.origin === new URL(APP_URL).origin && !url.pathname.startsWith('//');
  return isOwn ? url.pathname + url.search : '/';
}

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      baseURL: process.env.HIWORKS_BASE_URL, // the fake Hiworks; Hiworks itself if unset
      callbackURL: `${APP_URL}/auth/hiworks/callback`,
      allowedOffices: process.env.HIWORKS_OFFICE_NO,
    },
    (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.id }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(
  session({
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
);

// Guarded pages send people to the login page, not to Hiworks: who followed a link in a mail has to click here once.
function signedIn(req, res, next) {
  if (req.user) {
    next();
  } else if (req.method === 'GET') {
    res.redirect(`/login?${new URLSearchParams({ returnTo: req.originalUrl })}`);
  } else {
    res.sendStatus(401);
  }
}

app.get('/login', (req, res) => {
  const returnTo = encodeURIComponent(ownPath(req.query.returnTo));
  const again = 'again' in req.query ? '<p>로그인을 마치지 못했습니다. 다시 로그인해 주세요.</p>' : '';
  res.send(`${again}<p><a href="/auth/hiworks?returnTo=${returnTo}">하이웍스로 로그인</a></p>`);
});
app.get('/auth/hiworks', (req, res, next) => {
  passport.authenticate('hiworks', { state: { returnTo: req.query.returnTo } })(req, res, next);
});
app.get('/auth/hiworks/callback', (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info) => {
    const returnTo = ownPath(info?.state?.returnTo); // known of many failures, too
    if (error) {
      next(error);
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect(returnTo)));
    } else {
      console.warn(info?.message);
      res.redirect(`/login?${new URLSearchParams({ again: '', returnTo })}`);
    }
  })(req, res, next);
});
app.get('/', signedIn, (_req, res) => res.send('첫 화면'));
app.post('/inbox', signedIn, (_req, res) => res.send('보냈습니다'));
app.get('/inbox', signedIn, (req, res) => res.type('text').send(`${req.query.folder} 편지함`));

app.listen(PORT, () => console.log(APP_URL));
