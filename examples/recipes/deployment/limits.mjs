import { rateLimit } from 'express-rate-limit';

// The strategy takes an auth_code on each of its routes, from req.query or, if a parser left it out, from the URL.
function carriesCode({ query, originalUrl }) {
  const inURL = new URLSearchParams(originalUrl.slice(originalUrl.indexOf('?') + 1));
  return query.auth_code !== undefined || inURL.has('auth_code');
}

const settings = {
  windowMs: 60_000,
  skip: (req) => !carriesCode(req),
  message: '로그인 요청이 너무 많습니다. 1분 후에 다시 시도해 주세요.',
};

/** After the session, before the routes. */
export const limits = [
  rateLimit({ ...settings, limit: 10, keyGenerator: (req) => req.sessionID }), // ten tabs, restored in the morning
  rateLimit({ ...settings, limit: 600 }), // an office of 500 people at one address, at nine o'clock
];
