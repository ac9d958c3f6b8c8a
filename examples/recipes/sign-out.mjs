import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import * as base from './application.mjs';

passport.use(
  new HiworksStrategy(base.hiworksOptions(), (_accessToken, _refreshToken, profile, done) =>
    done(null, { id: profile.id, name: profile.displayName ?? profile.id }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const LOGOUT = '<form method="post" action="/logout"><button>로그아웃</button></form>';
const ANOTHER_ACCOUNT = `<h2>다른 계정으로 로그인하려면</h2>
<ol><li>하이웍스에서 로그아웃합니다.</li><li>이 화면으로 돌아와 "하이웍스로 로그인"을 누릅니다.</li></ol>
<p>또는 시크릿 창에서 <a href="${base.escapeHTML(base.url)}">${base.escapeHTML(base.url)}</a>을 여세요.</p>`;

const app = base.createApp({ maxAge: 8 * 60 * 60 * 1000 }); // one working day
app.get(['/auth/hiworks', '/auth/hiworks/callback'], base.signIn);
// POST: an image or a link on another site signs no user out.
app.post('/logout', (req, res, next) => {
  req.logOut((failed) => (failed ? next(failed) : res.redirect('/signed-out')));
});
app.get('/signed-out', (_req, res) => {
  res.send(
    base.page(`<h1>로그아웃했습니다</h1>
<p>하이웍스에는 아직 로그인되어 있을 수 있습니다. 공용 PC라면 하이웍스에서도 로그아웃해 주세요.</p>${base.LOGIN_LINK}`),
  );
});
app.get('/login', (req, res) => {
  const { reason } = req.query;
  const hint = reason === 'office_not_allowed' ? ANOTHER_ACCOUNT : '';
  res.send(base.page(base.explain(reason) + hint + base.LOGIN_LINK));
});
app.get('/', (req, res) => {
  if (req.user) {
    res.send(base.page(`<p>${base.escapeHTML(req.user.name)} 님</p>${LOGOUT}`));
  } else {
    res.redirect('/login'); // never to /auth/hiworks: Hiworks may sign the same account in again without asking
  }
});
base.serve(app);
