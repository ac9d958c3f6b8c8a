import { HiworksStrategy } from 'passport-hiworks';
import { CLIENT } from '../wire.mjs';
import { throughPassport } from './through-passport.mjs';

export function createStrategy(baseURL, options) {
  return new HiworksStrategy(
    { ...CLIENT, callbackURL: 'http://localhost:3000/callback', baseURL, ...options },
    (_accessToken, _refreshToken, profile, done) => done(null, { id: profile.userNo }),
  );
}

export function createLogin(url) {
  return throughPassport(createStrategy(url, { state: false }));
}
