// Over https, `__Host-` keeps the other hosts of the domain from setting the cookie.
const nameFor = (req) => (req.secure ? '__Host-own-page' : 'own-page');

/** For the pages with a login button: remembers that this browser has opened one. */
export function markOwnPage(req, res, next) {
  const maxAge = 60 * 60 * 1000;
  res.cookie(nameFor(req), '1', { httpOnly: true, sameSite: 'strict', secure: req.secure, maxAge });
  next();
}

/** For the routes that start a login: sends requests from other sites to the login page. */
export function demandOwnPage(req, res, next) {
  const cookies = req.headers.cookie?.split('; ') ?? [];
  if (cookies.includes(`${nameFor(req)}=1`)) {
    next();
  } else {
    res.redirect('/login');
  }
}
