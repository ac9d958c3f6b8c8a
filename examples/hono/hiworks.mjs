import { HiworksStrategy, isHiworksError, visitorMessage } from 'passport-hiworks';
import { options } from './settings.mjs';

// Find or create your own user here, by `profile.id` (Hiworks' `user_no`).
const findUser = async (_accessToken, _refreshToken, { id, displayName }) => ({
  id,
  name: displayName ?? id,
});
const strategy = new HiworksStrategy(options, findUser);

const redirect = (location) =>
  new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } });

/** Starts or finishes a login: Web `Request` → Passport → `Response`. Save `session`, a plain object, afterwards. */
export function signIn(request, session, options = {}) {
  const { host, pathname, protocol, search } = new URL(request.url);
  const req = {
    method: request.method,
    url: pathname + search,
    headers: { host, ...Object.fromEntries(request.headers) },
    socket: { encrypted: protocol === 'https:' },
    session,
  };
  return new Promise((resolve, reject) => {
    const fail = (failure, status = 401) => {
      console.warn('Login failed:', failure instanceof Error ? failure : failure?.message);
      const code = failure?.code;
      if (code === 'prefetch' || code === 'not_a_navigation') {
        resolve(new Response(visitorMessage(code), { status })); // the browser, or a router, then navigates
      } else {
        // Signed in already: a callback that was reloaded or opened twice.
        resolve(redirect(session.user ? '/' : `/login?reason=${encodeURIComponent(code)}`));
      }
    };
    const login = Object.create(strategy);
    login.redirect = (location) => resolve(redirect(location));
    login.success = (user, info) => {
      // A new session, as Passport begins one at every sign-in.
      for (const key of Object.keys(session)) {
        delete session[key];
      }
      session.user = user;
      resolve(redirect(info.state?.returnTo ?? '/'));
    };
    login.fail = fail;
    login.error = (error) => (isHiworksError(error) ? fail(error) : reject(error));
    login.authenticate(req, options);
  });
}
