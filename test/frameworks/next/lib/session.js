import { getIronSession } from 'iron-session';

/** The session of a request: an encrypted cookie, sent when `save()` is called. */
export function sessionOf(req, res) {
  return getIronSession(req, res, {
    password: process.env.SESSION_SECRET,
    cookieName: 'session',
    cookieOptions: { sameSite: 'lax', secure: process.env.APP_URL.startsWith('https:') },
  });
}
