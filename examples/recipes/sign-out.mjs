import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;

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
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(
  session({
    secret: process.env.SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto', maxAge: 8 * 60 * 60 * 1000 }, // who leaves is out by the evening
  }),
  passport.session(),
);

const LOGOUT = '<form method="post" action="/logout"><button>로그아웃</button></form>';
const LOGIN = '<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>';
const ANOTHER_ACCOUNT = `<h2>다른 계정으로 로그인하려면</h2>
<ol><li>하이웍스를 열고 로그아웃합니다.</li><li>이 화면으로 돌아와 아래 버튼을 누릅니다.</li></ol>
<p>또는 시크릿 창에서 이 주소를 여세요.</p>${LOGIN}`;

// POST, and SameSite=Lax: no other site's page can sign anybody out.
app.post('/logout', (req, res, next) => {
  req.logout((error) => {
    if (error) {
      next(error);
      return;
    }
    req.session.destroy(() => res.clearCookie('connect.sid').redirect('/signed-out'));
  });
});
app.get('/signed-out', (_req, res) => {
  res.send(`<h1>로그아웃했습니다</h1>
<p>하이웍스에는 아직 로그인되어 있을 수 있습니다. 함께 쓰는 PC라면 하이웍스에서도 로그아웃해 주세요.</p>${LOGIN}`);
});

app.get('/auth/hiworks', passport.authenticate('hiworks'));
app.get('/auth/hiworks/callback', (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info, status = 403) => {
    if (error) {
      next(error);
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
    } else if (info?.code === 'office_not_allowed') {
      res.status(status).send(`<h1>다른 회사 계정입니다</h1>${ANOTHER_ACCOUNT}`);
    } else {
      res.status(status).send(`<h1>로그인하지 못했습니다</h1>${LOGIN}`);
    }
  })(req, res, next);
});
app.get('/', (req, res) => {
  // No redirect to Hiworks from here: it may sign the same account in again by itself, and nobody could ever leave.
  res.send(req.user ? `${escapeHTML(req.user.name)} 님 ${LOGOUT}` : LOGIN);
});

function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

app.listen(PORT, () => console.log(APP_URL));
