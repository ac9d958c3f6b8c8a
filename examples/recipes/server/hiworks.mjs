import passport from 'passport';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';

const HIWORKS = ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET', 'HIWORKS_OFFICE_NO'];

/** Ends the process with a line for each variable that is missing or empty, or a secret that is too short. */
export function checkEnvironment(...more) {
  const names = ['APP_URL', 'SESSION_SECRET', ...HIWORKS, ...more].filter(problemOf);
  if (names.length > 0) {
    console.error(names.map((name) => `${name} ${problemOf(name)}`).join('\n'));
    process.exit(1);
  }
}

function problemOf(name) {
  const { [name]: value = '' } = process.env;
  if (value === '') {
    return 'is missing or empty';
  }
  const isShort = /^(SESSION|JWT)_SECRET$/.test(name) && value.length < 32;
  return isShort && 'is shorter than 32 characters: make one with openssl rand -base64 32';
}

/** Keeps pages out of other sites' frames, and their addresses out of other sites' logs. */
export function headers(_req, res, next) {
  res.set({ 'Content-Security-Policy': "frame-ancestors 'none'", 'Referrer-Policy': 'same-origin' });
  next();
}

/** The handler of both routes of the login: `remember(user, req, res)` signs the user in, `home` is the next page. */
export function login(home, remember) {
  passport.use(
    new HiworksStrategy(
      {
        clientID: process.env.HIWORKS_CLIENT_ID,
        clientSecret: process.env.HIWORKS_CLIENT_SECRET,
        allowedOffices: process.env.HIWORKS_OFFICE_NO,
        callbackURL: `${process.env.APP_URL.replace(/\/$/, '')}/auth/hiworks/callback`, // as registered with Hiworks
        baseURL: process.env.HIWORKS_BASE_URL || undefined, // the fake Hiworks; Hiworks itself if not set
        fetchProfile: true,
      },
      (_accessToken, _refreshToken, profile, done) =>
        done(null, { id: profile.id, name: profile.displayName ?? profile.id }),
    ),
  );
  return (req, res, next) => {
    passport.authenticate('hiworks', (error, user, info) => {
      if (error && !isHiworksError(error)) {
        next(error);
      } else if (user) {
        remember(user, req, res)
          .then(() => res.redirect(home))
          .catch(next);
      } else if (info?.code === 'prefetch') {
        res.sendStatus(503); // after a redirect, the browser would show that page when the link is clicked
      } else {
        console.warn(error ?? info?.message); // why, and what to do
        res.redirect(req.user ? home : `${home}?reason=${(error ?? info)?.code}`);
      }
    })(req, res, next);
  };
}

/** Keeps the user in the session. */
export function rememberInSession(user, req) {
  return new Promise((resolve, reject) => {
    req.logIn(user, (error) => (error ? reject(error) : resolve()));
  });
}
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

export function listen(app, host) {
  app.use((error, _req, res, _next) => {
    console.error(error);
    res.status(error.status ?? 500).send('오류가 발생했습니다. 잠시 후 다시 시도해 주세요.');
  });
  return app.listen(process.env.PORT || 3000, host, (error) => {
    if (error) {
      console.error(error.message); // such as a port that is in use
      process.exit(1);
    }
    console.log(process.env.APP_URL);
  });
}
