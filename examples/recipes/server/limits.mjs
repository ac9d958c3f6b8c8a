import { rateLimit } from 'express-rate-limit';

// Every route with passport.authenticate() takes an auth_code: from req.query or, if the parser left it out, the URL.
function carriesCode({ query, originalUrl }) {
  const inURL = new URLSearchParams(originalUrl.slice(originalUrl.indexOf('?') + 1));
  return query.auth_code !== undefined || inURL.has('auth_code');
}

const settings = {
  windowMs: 60_000,
  skip: (req) => !carriesCode(req),
  message: '로그인 요청이 너무 많습니다. 1분 후에 다시 시도해 주세요.',
};

/** To be used after the session and before the routes. */
export const limits = [
  rateLimit({ ...settings, limit: 5, keyGenerator: (req) => req.sessionID }), // a login and some retries
  rateLimit({ ...settings, limit: 600 }), // 500 employees behind one address, at nine o'clock
];
