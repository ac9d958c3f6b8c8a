import { HiworksStrategy, isHiworksError } from 'passport-hiworks';
import { sessionOf } from './session.js';

const strategy = new HiworksStrategy(
  {
    clientID: process.env.HIWORKS_CLIENT_ID,
    clientSecret: process.env.HIWORKS_CLIENT_SECRET,
    allowedOffices: process.env.HIWORKS_OFFICE_NO,
    callbackURL: `${process.env.APP_URL}/api/auth/hiworks/callback`,
    baseURL: process.env.HIWORKS_BASE_URL,
    fetchProfile: true,
  },
  async (_accessToken, _refreshToken, profile) => ({ id: profile.id, name: profile.displayName }),
);

/** The API route that starts a login, and the one that finishes it. */
export async function login(req, res) {
  req.session = await sessionOf(req, res);
  try {
    const { location, user, info, failure, status } = await authenticate(req);
    if (failure) {
      res.status(status).json({ code: failure.code });
      return;
    }
    if (user) {
      req.session.user = user;
    }
    await req.session.save();
    res.redirect(302, location ?? info.state?.returnTo ?? '/');
  } catch (error) {
    console.error(error);
    res.status(isHiworksError(error) ? error.status : 500).json({ code: error.code });
  }
}

/** Runs the strategy as Passport would, but leaves the response alone: the session has to be saved first. */
function authenticate(req, options = {}) {
  return new Promise((resolve, reject) => {
    const once = Object.create(strategy);
    once.redirect = (location) => resolve({ location });
    once.success = (user, info) => resolve({ user, info });
    once.fail = (failure = {}, status = 401) => resolve({ failure, status });
    once.error = reject;
    once.authenticate(req, options);
  });
}
