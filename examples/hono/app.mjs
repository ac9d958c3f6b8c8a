import { Hono } from 'hono';
import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { optional, required } from './environment.mjs';
import { failurePage, homePage, inboxPage } from './pages.mjs';
import { authenticate } from './passport.mjs';
import { signedCookieSession } from './session.mjs';

const [clientID, clientSecret, allowedOffices, secret] = required(
  'HIWORKS_CLIENT_ID',
  'HIWORKS_CLIENT_SECRET',
  'HIWORKS_OFFICE_NO',
  'SESSION_SECRET',
);

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

/** The application. Its sessions are kept in a signed cookie. */
export function createApp() {
  const app = new Hono();
  app.use(signedCookieSession(secret));

  app.get('/', (c) => c.html(homePage(c.var.session.user)));
  app.get('/auth/hiworks', (c) => signIn(c));
  app.get('/auth/hiworks/callback', (c) => signIn(c));
  app.get('/inbox', (c) => {
    const { user } = c.var.session;
    return user ? c.html(inboxPage(user)) : signIn(c, { state: { returnTo: '/inbox' } });
  });
  app.post('/logout', (c) => {
    delete c.var.session.user;
    return c.redirect('/');
  });

  app.onError((error, c) => {
    console.error(error);
    return c.html(failurePage(error), isHiworksError(error) ? error.status : 500);
  });
  return app;
}

/** Sends people to Hiworks, and signs in those who come back. */
async function signIn(c, options) {
  const { session } = c.var;
  const { location, failure, status, user, info } = await authenticate(strategy, c, session, options);
  if (location) {
    return c.redirect(location);
  }
  if (failure) {
    console.warn('Not signed in:', failure.message);
    return c.html(failurePage(failure), status);
  }
  session.user = user;
  return c.redirect(info.state?.returnTo ?? '/');
}

/** Find or create your own user here, by `profile.id` (Hiworks' `user_no`). */
function findUser(profile) {
  return { id: profile.id, officeNo: profile.officeNo, name: profile.displayName ?? profile.id };
}
