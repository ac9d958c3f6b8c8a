import { HiworksStrategy } from 'passport-hiworks';
import { CLIENT, URLS } from '../wire.mjs';
import { throughStrategy } from './through-strategy.mjs';

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
  return throughStrategy(createStrategy(url, { state: false }));
}
