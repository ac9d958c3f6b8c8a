import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import * as base from './application.mjs';

const verify = (_accessToken, _refreshToken, { id }, done) => done(null, { id });
passport.use(new HiworksStrategy(base.hiworksOptions(), verify));
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const MAX_LENGTH = 500; // it is kept in the session, and a cookie session holds 4 KB in all

/** The path if it is one of this application, or '/': never another site (`//evil.example`, `/\evil.example`). */
function ownPath(path) {
  const { origin } = new URL(base.url);
  const target = new URL(typeof path === 'string' && URL.canParse(path, origin) ? path : '/', origin);
  const own = target.pathname + target.search;
  return target.origin === origin && !own.startsWith('//') && own.length <= MAX_LENGTH ? own : '/';
}

const withQuery = (path, parameters) => `${path}?${new URLSearchParams(parameters)}`;

// To a login page, not to Hiworks: a user who came from a link in an e-mail has to click here once.
function signedIn(req, res, next) {
  if (req.user) {
    next();
  } else if (req.method === 'GET') {
    res.redirect(withQuery('/login', { returnTo: ownPath(req.originalUrl) }));
  } else {
    res.sendStatus(401);
  }
}

const app = base.createApp();
app.get('/login', (req, res) => {
  const start = withQuery('/auth/hiworks', { returnTo: ownPath(req.query.returnTo) });
  res.send(base.page(`${base.explain(req.query.reason)}<p><a href="${start}">하이웍스로 로그인</a></p>`));
});
app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  const state = { returnTo: ownPath(req.query.returnTo) };
  const succeeded = (user, info) =>
    req.logIn(user, (failed) => (failed ? next(failed) : res.redirect(info.state.returnTo)));
  const failed = (reason, info) =>
    res.redirect(req.user ? '/' : withQuery('/login', { reason, ...(info?.state ?? state) }));
  const callback = base.loginCallback(res, next, succeeded, failed);
  passport.authenticate('hiworks', { state }, callback)(req, res, next);
});
app.get('/', signedIn, (_req, res) => res.send(base.page('<p>첫 화면</p>')));
app.get('/inbox', signedIn, (req, res) => res.send(base.page(base.escapeHTML(`${req.query.folder} 편지함`))));
app.post('/inbox', signedIn, (_req, res) => res.redirect('/inbox'));
base.serve(app);
