import { getSignedCookie, setSignedCookie } from 'hono/cookie';

const HOURS = 8;

/** Middleware that keeps `c.var.session`, a plain object, in a signed cookie. */
export function signedCookieSession(secret) {
  return async (c, next) => {
    const stored = await getSignedCookie(c, secret, 'session');
    c.set('session', stored ? read(stored) : {});
    const before = JSON.stringify(c.var.session);
    await next();
    // Only a changed session is sent: a slow response that arrives after the logout must not bring the old one back.
    if (JSON.stringify(c.var.session) !== before) {
      const value = JSON.stringify({ ...c.var.session, expires: Date.now() + HOURS * 60 * 60 * 1000 });
      await setSignedCookie(c, 'session', value, secret, {
        httpOnly: true,
        sameSite: 'Lax',
        secure: new URL(c.req.url).protocol === 'https:',
        maxAge: HOURS * 60 * 60,
      });
    }
  };
}

function read(stored) {
  const { expires, ...session } = JSON.parse(stored);
  return expires > Date.now() ? session : {};
}
