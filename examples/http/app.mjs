import { createServer } from 'node:http';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { optional, required } from './environment.mjs';
import { failurePage, homePage, inboxPage } from './pages.mjs';

const [clientID, clientSecret, allowedOffices, secret] = required(
  'HIWORKS_CLIENT_ID',
  'HIWORKS_CLIENT_SECRET',
  'HIWORKS_OFFICE_NO',
  'SESSION_SECRET',
);

// The strategy is handed to Passport itself, rather than by its name.
const strategy = new HiworksStrategy(
  {
    clientID,
    clientSecret,
    allowedOffices,
    callbackURL: optional('HIWORKS_CALLBACK_URL') ?? '/auth/hiworks/callback',
    baseURL: optional('HIWORKS_BASE_URL'),
    fetchProfile: true,
  },
  async (_accessToken, _refreshToken, profile) => findUser(profile),
);
const passport = new Passport();
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const sessions = session({
  secret,
  resave: false,
  saveUninitialized: false,
  cookie: { sameSite: 'lax', secure: 'auto' },
});
const restoreUser = passport.session();

const ROUTES = new Map([
  ['GET /', (request, response) => send(response, 200, homePage(request.user))],
  ['GET /auth/hiworks', (request, response) => signIn(request, response)],
  ['GET /auth/hiworks/callback', (request, response) => signIn(request, response)],
  [
    'GET /inbox',
    (request, response) =>
      request.user
        ? send(response, 200, inboxPage(request.user))
        : signIn(request, response, { state: { returnTo: '/inbox' } }),
  ],
  [
    'POST /logout',
    async (request, response) => {
      await new Promise((resolve, reject) => request.logout((error) => (error ? reject(error) : resolve())));
      redirect(response, '/');
    },
  ],
]);

/** The application: Express' middleware without Express. */
export function createApp() {
  return createServer(async (request, response) => {
    try {
      await use(sessions, request, response);
      await use(restoreUser, request, response);
      const [path] = request.url.split('?');
      const route = ROUTES.get(`${request.method} ${path}`);
      if (route) {
        await route(request, response);
      } else {
        send(response, 404, failurePage({ code: 'not_found' }));
      }
    } catch (error) {
      console.error(error);
      send(response, isHiworksError(error) ? error.status : 500, failurePage(error));
    }
  });
}

/** Sends people to Hiworks, and signs in those who come back. */
function signIn(request, response, options) {
  return new Promise((resolve, reject) => {
    const finish = (error, user, info, status = 401) => {
      if (error) {
        reject(error);
      } else if (!user) {
        console.warn('Not signed in:', info?.message);
        resolve(send(response, status, failurePage(info)));
      } else {
        // keepSessionInfo: a login pending in another tab goes on.
        request.logIn(user, { keepSessionInfo: true }, (failed) =>
          failed ? reject(failed) : resolve(redirect(response, info.state?.returnTo ?? '/')),
        );
      }
    };
    response.once('finish', resolve);
    passport.authenticate(strategy, options, finish)(request, response, reject);
  });
}

function use(middleware, request, response) {
  return new Promise((resolve, reject) =>
    middleware(request, response, (error) => (error ? reject(error) : resolve())),
  );
}

function send(response, status, page) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page);
}

function redirect(response, location) {
  response.writeHead(302, { location }).end();
}

/** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
function findUser(profile) {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
