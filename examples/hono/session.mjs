import { getIronSession } from 'iron-session';
import { options, secret } from './settings.mjs';

export const sessionOptions = {
  password: secret,
  cookieName: 'tool.sid',
  ttl: 8 * 60 * 60,
  cookieOptions: { sameSite: 'lax', secure: options.callbackURL.startsWith('https:') },
};

/** Responds to a request with its session, an encrypted cookie, and sends the session if it changed. */
export async function withSession(request, respond) {
  const cookies = new Response();
  const session = await getIronSession(request, cookies, sessionOptions);
  const before = JSON.stringify(session);
  const response = await respond(session);
  // A late response must not bring back a session that was signed out meanwhile.
  if (JSON.stringify(session) !== before) {
    await session.save();
    response.headers.append('set-cookie', cookies.headers.get('set-cookie'));
  }
  return response;
}
