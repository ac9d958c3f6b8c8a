import { createServer } from 'node:http';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { home, options, port, secret, started, userOf } from './hiworks.mjs';

const strategy = new HiworksStrategy(options, async (_accessToken, _refreshToken, profile) =>
  userOf(profile),
);
const passport = new Passport();
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
const sessions = session({ name: 'tool.sid', secret, resave: false, saveUninitialized: false });
const restoreUser = passport.session();

function signIn(request, response, next) {
  response.setHeader('Cache-Control', 'no-store');
  passport.authenticate(strategy, (error, user, info) => {
    if (error && !isHiworksError(error)) {
      next(error);
    } else if (user) {
      request.logIn(user, (failed) => (failed ? next(failed) : redirect(response, '/')));
    } else {
      console.warn('Login failed:', error ?? info?.message ?? 'refused by verify');
      redirect(response, `/login?reason=${encodeURIComponent((error ?? info)?.code)}`);
    }
  })(request, response, next);
}

function redirect(response, location) {
  response.writeHead(302, { location }).end();
}

const server = createServer((request, response) => {
  const next = (error) => {
    console.error(error);
    response.writeHead(500).end();
  };
  sessions(request, response, (error) => {
    if (error) {
      next(error);
    } else {
      restoreUser(request, response, (failed) => (failed ? next(failed) : respond(request, response, next)));
    }
  });
});

function respond(request, response, next) {
  const [path] = request.url.split('?');
  if (path === '/auth/hiworks' || path === '/auth/hiworks/callback') {
    signIn(request, response, next);
  } else {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(home(request.user));
  }
}

server.listen(port, () => started(server));
