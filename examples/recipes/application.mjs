import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksTokenError, isHiworksError, visitorMessage } from 'passport-hiworks';

const port = process.env.PORT || '3000';
/** The application's own address, without a slash at the end. */
export const url = (process.env.APP_URL || `http://localhost:${port}`).replace(/\/$/, '');

/** Exits with one line for each environment variable that is missing or empty. */
export function checkEnvironment(...names) {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    console.error(missing.map((name) => `${name} is missing or empty`).join('\n'));
    process.exit(1);
  }
}

/** The strategy's options. `names` are the other environment variables that the application needs. */
export function hiworksOptions(...names) {
  const required = ['HIWORKS_CLIENT_ID', 'HIWORKS_CLIENT_SECRET', 'HIWORKS_OFFICE_NO', 'SESSION_SECRET'];
  checkEnvironment(...required, ...names);
  return {
    clientID: process.env.HIWORKS_CLIENT_ID,
    clientSecret: process.env.HIWORKS_CLIENT_SECRET,
    allowedOffices: process.env.HIWORKS_OFFICE_NO, // your company; users of other companies are refused
    callbackURL: `${url}/auth/hiworks/callback`, // as registered with Hiworks
    baseURL: process.env.HIWORKS_BASE_URL || undefined, // the fake Hiworks; Hiworks itself if not set
    fetchProfile: true, // reads the name as well
  };
}

/** Keeps pages out of other sites' frames, and out of the cache. */
export function headers(_req, res, next) {
  res.set({ 'Content-Security-Policy': "frame-ancestors 'none'", 'Referrer-Policy': 'same-origin' });
  res.set('Cache-Control', 'no-store'); // after signing out, Back does not show the page again
  next();
}

/** An Express application with a session. */
export function createApp(cookie) {
  const app = express();
  app.use(
    headers,
    session({
      name: 'tool.sid', // a name of its own: cookies do not distinguish the ports of a host
      secret: process.env.SESSION_SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', secure: 'auto', ...cookie },
    }),
    passport.session(),
  );
  return app;
}

/** Passport's callback, for both routes of a login: it can fail at its start, too. */
export function loginCallback(res, next, succeeded, failed) {
  return (error, user, info) => {
    if (error && !isHiworksError(error)) {
      next(error); // the application's own
    } else if (user) {
      succeeded(user, info);
    } else if (info?.code === 'prefetch') {
      res.sendStatus(503); // after a redirect, the browser would show that page when the link is clicked
    } else {
      console.warn(error ?? info?.message ?? 'Login refused by verify'); // why, and what to do
      // Hiworks' own codes are not documented: they become one.
      failed(error instanceof HiworksTokenError ? 'ERR' : (error ?? info)?.code, info);
    }
  };
}

export function signIn(req, res, next) {
  const succeeded = (user) => req.logIn(user, (failed) => (failed ? next(failed) : res.redirect('/')));
  // A user who is signed in used Back, a reload or a second tab.
  const failed = (reason) => res.redirect(req.user ? '/' : `/login?${new URLSearchParams({ reason })}`);
  passport.authenticate('hiworks', loginCallback(res, next, succeeded, failed))(req, res, next);
}

/** Explains the reason in an address. `texts` has the application's own refusals, by code. */
export function explain(reason, texts = {}) {
  return reason ? `<p>${Object.hasOwn(texts, reason) ? texts[reason] : visitorMessage(reason)}</p>` : '';
}

export const LOGIN_LINK = '<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>';

export function page(content) {
  return `<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>사내 도구</title>${content}`;
}

export function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Adds the page for the application's own errors, and listens. */
export function serve(app, host) {
  app.use((error, _req, res, _next) => {
    console.error(error);
    res.status(error.status ?? 500).send(page('<p>오류가 발생했습니다. 잠시 후 다시 시도해 주세요.</p>'));
  });
  return app.listen(port, host, (error) => {
    if (error) {
      console.error(error.message); // a port that is taken, say
      process.exit(1);
    }
    console.log(url);
  });
}
