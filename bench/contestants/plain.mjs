import { stringify } from 'node:querystring';
import OAuth2Strategy from 'passport-oauth2';
import { CLIENT, fields, TOKEN_PATH } from '../wire.mjs';
import { throughPassport } from './through-passport.mjs';

/** The least that makes passport-oauth2 log in with Hiworks: `auth_code`, the form's fields, the envelope. */
class PlainStrategy extends OAuth2Strategy {
  constructor(url) {
    const callbackURL = 'http://localhost:3000/callback';
    super(
      { ...CLIENT, callbackURL, authorizationURL: `${url}/open/auth/authform`, tokenURL: url + TOKEN_PATH },
      (_accessToken, _refreshToken, params, _profile, done) => done(null, { id: params.user_no }),
    );
    this._oauth2.getOAuthAccessToken = requestTokens;
  }

  authenticate(req, options) {
    req.query.code = req.query.auth_code;
    super.authenticate(req, options);
  }
}

function requestTokens(code, _params, callback) {
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

export function createLogin(url) {
  return throughPassport(new PlainStrategy(url));
}
