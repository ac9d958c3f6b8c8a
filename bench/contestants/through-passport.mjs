import { Passport } from 'passport';

/** A login as an application runs it for the callback's request: through the middleware of `passport.authenticate`. */
export function throughPassport(strategy) {
  const passport = new Passport();
  passport.use('contestant', strategy);
  const authenticate = passport.authenticate('contestant', { session: false });
  return (code) =>
    new Promise((resolve, reject) => {
      const req = {
        method: 'GET',
        url: `/callback?auth_code=${code}`,
        headers: { host: 'localhost:3000' },
        query: { auth_code: code },
      };
      const res = { setHeader() {}, end: (text) => reject(new Error(`HTTP ${res.statusCode}: ${text}`)) };
      authenticate(req, res, (error) => (error ? reject(error) : resolve(req.user.id)));
    });
}
