import { HiworksStrategy } from 'passport-hiworks';
import { CLIENT, URLS } from '../wire.mjs';
import { throughPassport } from './through-passport.mjs';

export function createStrategy(url, options) {
  return new HiworksStrategy(
    {
      ...CLIENT,
      callbackURL: 'http://localhost:3000/callback',
      authorizationURL: url + URLS.authorization,
      tokenURL: url + URLS.token,
      ...options,
    },
    (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.userNo }),
  );
}

export function createLogin(url) {
  return throughPassport(createStrategy(url, { state: false }));
}
