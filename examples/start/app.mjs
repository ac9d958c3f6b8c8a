import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy, isHiworksError, visitorMessage } from 'passport-hiworks';

const required = ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET', 'HIWORKS_OFFICE_NO', 'SESSION_SECRET'];
const missing = required.filter((name) => !process.env[name]);
if (missing.length > 0) {
  console.error(missing.map((name) => `${name} is missing or empty`).join('\n'));
  process.exit(1);
}
const port = process.env.PORT || '3000';
const url = process.env.APP_URL || `http://localhost:${port}`;

passport.use(
  new HiworksStrategy(
    {
      clientID: process.env.HIWORKS_CLIENT_ID,
      clientSecret: process.env.HIWORKS_CLIENT_SECRET,
      allowedOffices: process.env.HIWORKS_OFFICE_NO, // your company; users of other companies are refused
      callbackURL: `${url}/auth/hiworks/callback`, // as registered with Hiworks
      baseURL: process.env.HIWORKS_BASE_URL || undefined, // the fake Hiworks; Hiworks itself if not set
      fetchProfile: true, // reads the name as well
    },
    // Find or create your own user here, by profile.id, never by profile.username.
    (_accessToken, _refreshToken, profile, done) =>
      done(null, { id: profile.id, name: profile.displayName ?? profile.id }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

function page(content) {
  return `<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>사내 도구</title>${content}`;
}

function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const app = express();
app.use(
  (_req, res, next) => {
    res.set({
      'Cache-Control': 'no-store', // after signing out, Back does not show the page
      'Content-Security-Policy': "frame-ancestors 'none'",
      'Referrer-Policy': 'same-origin',
    });
    next();
  },
  session({
    name: 'tool.sid', // a name of its own: cookies do not distinguish the ports of a host
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
);

// Both routes: a login can fail at its start, too.
app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info) => {
    if (error && !isHiworksError(error)) {
      next(error); // the application's own
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
    } else if (info?.code === 'prefetch') {
      res.sendStatus(503); // after a redirect, the browser would show that page when the link is clicked
    } else {
      console.warn(error ?? info?.message ?? 'Login refused by verify'); // why, and what to do
      res.redirect(req.user ? '/' : `/login?reason=${(error ?? info)?.code}`);
    }
  })(req, res, next);
});
app.get('/login', (req, res) => {
  const { reason } = req.query;
  const message = reason ? `<p>${visitorMessage(reason)}</p>` : '';
  res.send(page(`${message}<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>`));
});
app.post('/logout', (req, res, next) => {
  req.logOut((failed) => (failed ? next(failed) : res.redirect('/login')));
});
app.get('/', (req, res) => {
  if (req.user) {
    const button = '<form method="post" action="/logout"><button>로그아웃</button></form>';
    res.send(page(`<p>${escapeHTML(req.user.name)} 님, 로그인되었습니다.</p>${button}`));
  } else {
    res.redirect('/login');
  }
});
app.use((error, _req, res, _next) => {
  console.error(error);
  res.status(error.status ?? 500).send(page('<p>오류가 발생했습니다. 잠시 후 다시 시도해 주세요.</p>'));
});

export const server = app.listen(port, (error) => {
  if (error) {
    console.error(error.message); // a port that is taken, say
    process.exit(1);
  }
  console.log(url);
});
