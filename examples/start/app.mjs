import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';

const missing = [];
function env(name) {
  if (!process.env[name]) {
    missing.push(name);
  }
  return process.env[name] ?? '';
}

const { PORT = '3000', APP_URL = `http://localhost:${PORT}` } = process.env;
const options = {
  clientID: env('HIWORKS_CLIENT_ID'),
  clientSecret: env('HIWORKS_CLIENT_SECRET'),
  allowedOffices: env('HIWORKS_OFFICE_NO'), // your company; employees of others are refused
  callbackURL: `${APP_URL}/auth/hiworks/callback`, // as registered with Hiworks
  baseURL: process.env.HIWORKS_BASE_URL, // the fake Hiworks; Hiworks itself if unset
  fetchProfile: true, // reads the name as well
};
const secret = env('SESSION_SECRET');
if (missing.length > 0) {
  console.error(`Not set in .env: ${missing.join(', ')}`);
  process.exit(1);
}

passport.use(
  new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) => {
    // Find or create your own user here. Key it by profile.id, never by profile.username.
    return { id: profile.id, name: profile.displayName ?? profile.id };
  }),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

// What those who were not let in read, by the code of the failure or error.
const reasons = new Map([
  ['access_denied', '하이웍스에서 로그인을 취소했습니다.'],
  ['office_not_allowed', '우리 회사 계정이 아닙니다. 회사 계정으로 다시 로그인해 주세요.'],
  ['no_pending_login', '로그인 쿠키가 없거나 시간이 지났습니다. 쿠키를 허용하고 다시 로그인해 주세요.'],
  ['state_mismatch', '로그인 쿠키가 없거나 시간이 지났습니다. 쿠키를 허용하고 다시 로그인해 주세요.'],
  ['begun_elsewhere', '다른 사이트에서 시작된 로그인입니다. 아래 버튼으로 다시 로그인해 주세요.'],
  ['ERR', '하이웍스에서 로그인을 거부했습니다. 다시 로그인해 주세요.'],
  ['timeout', '하이웍스가 응답하지 않습니다. 잠시 후 다시 로그인해 주세요.'],
]);
const login = '<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>';

function page(content, code) {
  const reason = reasons.get(code) ?? '로그인하지 못했습니다. 다시 로그인해 주세요.';
  return `<!doctype html><html lang="ko"><title>사내 도구</title>${code ? `<p>${reason}</p>` : ''}${content}`;
}

function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const app = express();
app.use(
  session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax', secure: 'auto' } }),
  passport.session(),
);

app.get('/', (req, res) => {
  const content = req.user ? `<p>${escapeHTML(req.user.name)} 님, 로그인되었습니다.</p>` : login;
  res.send(page(content, req.query.reason));
});
app.get('/auth/hiworks', passport.authenticate('hiworks'));
app.get('/auth/hiworks/callback', (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info) => {
    if (error) {
      next(error);
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
    } else {
      console.warn(info?.message);
      res.redirect(`/?reason=${info?.code}`); // in the address, not in the session: the next click forgets it
    }
  })(req, res, next);
});
app.use((error, _req, res, _next) => {
  console.error(error); // what was requested of whom, what came back, what to try
  res.status(error.status ?? 500).send(page(login, error.code ?? 'unknown'));
});

app.listen(PORT, () => console.log(APP_URL));
