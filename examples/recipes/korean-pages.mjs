import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { reasonFor } from './reasons.mjs';

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
    cookie: { sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
);

// Both routes: a login can fail at its start, too.
app.get(['/auth/hiworks', '/auth/hiworks/callback'], (req, res, next) => {
  passport.authenticate('hiworks', (error, user, info, status = 403) => {
    if (error) {
      next(error);
    } else if (user) {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
    } else {
      console.warn(info?.message);
      res.status(status).send(page(info));
    }
  })(req, res, next);
});
app.get('/', (req, res) => res.type('text').send(req.user?.name ?? '로그인하지 않았습니다.'));
app.use((error, _req, res, _next) => {
  console.error(error); // the whole story is for the log: a message of another error may hold anything
  res.status(isHiworksError(error) ? error.status : 500).send(page(error));
});

function page(problem) {
  const [title, advice] = reasonFor(problem);
  const words = isHiworksError(problem) && problem.description; // what Hiworks itself says about it
  return `<!doctype html>
<html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1><p>${advice}</p>${words ? `<p>하이웍스 안내: ${escapeHTML(words)}</p>` : ''}
<p><a href="/auth/hiworks">하이웍스로 로그인</a></p></html>`;
}

function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

app.listen(PORT, () => console.log(APP_URL));
