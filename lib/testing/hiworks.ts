import { MenuLogin } from './menu-login.js';
import { OAuthLogin } from './oauth-login.js';
import type { Settings } from './options.js';
import { errorPage } from './pages.js';
import type { Call } from './requests.js';
import { type HiworksResponse, html } from './responses.js';

/** Hiworks without its HTTP: responds to one request at a time. */
export class Hiworks {
  readonly oauth: OAuthLogin;
  readonly sso: MenuLogin;

  constructor(settings: Settings) {
    this.oauth = new OAuthLogin(settings);
    this.sso = new MenuLogin(settings);
  }

  /** The response to a request. A valid authorization request leads to the callback if there is a `callbackQuery`. */
  respond(call: Call, callbackQuery: Record<string, string> | undefined): HiworksResponse {
    switch (call.endpoint) {
      case 'authorization':
        return this.oauth.authorization(call, callbackQuery);
      case 'signin':
        return this.oauth.signIn(call);
      case 'token':
        return this.oauth.token(call);
      case 'profile':
        return this.oauth.profile(call);
      case 'menu':
        return this.sso.menu(call);
      case 'sso':
        return this.sso.tokens(call);
      default:
        return html(404, errorPage('페이지를 찾을 수 없습니다', ['주소를 확인해 주세요.']));
    }
  }
}
