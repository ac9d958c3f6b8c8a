import { stringify } from 'node:querystring';
import OAuth2Strategy from 'passport-oauth2';
import { CLIENT, fields, URLS } from '../wire.mjs';
import { throughStrategy } from './through-strategy.mjs';

/** The least that makes passport-oauth2 log in with Hiworks: `auth_code`, the form's fields, the envelope. */
class PlainStrategy extends OAuth2Strategy {
  constructor(options, verify) {
    super(options, verify);
    this._oauth2.getOAuthAccessToken = askForTokens;
  }

  authenticate(req, options) {
    const { query } = req;
    if (query.auth_code) {
      // Express 5 has a getter only, which parses anew at every read.
      Object.defineProperty(req, 'query', { value: { ...query, code: query.auth_code } });
    }
    super.authenticate(req, options);
  }

  authorizationParams() {
    return { access_type: 'online' };
  }
}

function askForTokens(code, _params, callback) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  this._request('POST', this._getAccessTokenUrl(), headers, stringify(fields(code)), null, (error, body) => {
    if (error) {
      callback(error);
      return;
    }
    const { code, msg, data } = JSON.parse(body);
    if (code === 'SUC') {
      callback(null, data.access_token, data.refresh_token, data);
    } else {
      callback(new Error(msg));
    }
  });
}

export function createStrategy(url, options) {
  return new PlainStrategy(
    {
      ...CLIENT,
      callbackURL: 'http://localhost:3000/callback',
      authorizationURL: url + URLS.authorization,
      tokenURL: url + URLS.token,
      ...options,
    },
    (_accessToken, _refreshToken, params, _profile, done) => done(null, { id: params.user_no }),
  );
}

export function createLogin(url) {
  return throughStrategy(createStrategy(url));
}
