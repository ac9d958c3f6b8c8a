import { parse } from 'node:querystring';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import OAuth2Strategy from 'passport-oauth2';

type Options = HiworksStrategyOptions & { tokenURL: string };
type Grant = (code: string, params: object, callback: GrantCallback) => void;
// biome-ignore lint/suspicious/noExplicitAny: passport-oauth2 hands on whatever was answered
type GrantCallback = (error: any, accessToken?: any, refreshToken?: any, results?: any) => void;

/**
 * passport-oauth2 with the smallest adaptation that signs in with Hiworks, as applications write it: `auth_code` is
 * called `code` on the way in, `code` is called `auth_code` on the way out, `access_type` is added, the envelope is
 * taken off. Everything else is what passport-oauth2 and oauth do by themselves.
 */
export class PlainStrategy extends OAuth2Strategy {
  // biome-ignore lint/complexity/noBannedTypes: any form of verify, wrong ones included
  constructor(options: Options, verify: Function) {
    super(
      { authorizationURL: 'https://api.hiworks.com/open/auth/authform', ...options } as never,
      verify as never,
    );
    this.name = 'hiworks';
    const oauth2 = this._oauth2;
    const grant = oauth2.getOAuthAccessToken as Grant;
    oauth2.getOAuthAccessToken = function (this: unknown, code, params, callback) {
      const named = Object.assign(params, { auth_code: code });
      grant.call(this, code, named, (error, accessToken, refreshToken, results) => {
        const data = results?.data ?? {};
        callback(error, data.access_token ?? accessToken, data.refresh_token ?? refreshToken, data);
      });
    } as Grant as typeof oauth2.getOAuthAccessToken;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a request of any framework
  override authenticate(req: any, options?: object): void {
    const query = req.query ?? parse(String(req.url).split('?')[1] ?? '');
    req.query = query.auth_code ? { ...query, code: query.auth_code } : query;
    super.authenticate(req, options);
  }

  override authorizationParams(): object {
    return { access_type: 'online' };
  }

  override tokenParams(): object {
    return { access_type: 'online' };
  }
}
