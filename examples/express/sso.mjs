import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { isHiworksError } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import { optional, port, required } from './environment.mjs';
import { failurePage, homePage, inboxPage, MENU } from './pages.mjs';

const [path, userNos, secret] = required('HIWORKS_SSO_PATH', 'HIWORKS_USER_NOS', 'SESSION_SECRET');

// Your table of employees. A token does not say which company it is for, so nobody is added at a login.
const employees = new Set(userNos.split(','));

passport.use(
  new HiworksSSOStrategy({ path, tokensURL: optional('HIWORKS_TOKENS_URL') }, (profile, done) => {
    if (!employees.has(profile.userNo)) {
      done(null, false, { code: 'unknown_user', message: `No employee has the user_no ${profile.userNo}` });
      return;
    }
    done(null, { id: profile.id, name: profile.displayName ?? profile.id });
  }),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.use(
  session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax', secure: 'auto' } }),
);
app.use(passport.session());

app.get('/', (req, res) => {
  res.send(homePage(req.user, MENU));
});
app.get(path, (req, res, next) => {
  // The token is in the URL: it must not reach another site.
  res.set('Referrer-Policy', 'no-referrer');
  passport.authenticate('hiworks-sso', (error, user, info, status = 401) => {
    if (error) {
      next(error);
    } else if (!user) {
      console.warn('Not signed in:', info?.message);
      res.status(status).send(failurePage(info, MENU));
    } else {
      req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
    }
  })(req, res, next);
});
app.get('/inbox', (req, res) => {
  if (req.user) {
    res.send(inboxPage(req.user));
  } else {
    res.redirect('/');
  }
});
app.post('/logout', (req, res, next) => {
  req.logout((error) => (error ? next(error) : res.redirect('/')));
});

app.use((error, _req, res, _next) => {
  console.error(error);
  res.status(isHiworksError(error) ? error.status : 500).send(failurePage(error, MENU));
});

app.listen(port, () => console.log(`http://localhost:${port}`));
