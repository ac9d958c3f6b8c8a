import { MenuLogin } from './menu-login.js';
import { OAuthLogin } from './oauth-login.js';
import type { ServerSettings } from './options.js';
import { messagePage } from './pages.js';
import type { ReceivedRequest } from './requests.js';
import { type HiworksResponse, htmlResponse } from './responses.js';

/** Korean sentences that say how to register an address with the server, for its pages. */
export interface Instructions {
  callbackURL: string;
  ssoURL: string;
}

/** Hiworks without its HTTP: responds to one request at a time. */
export class FakeHiworks {
  readonly oauth: OAuthLogin;
  readonly menu: MenuLogin;

  constructor(settings: ServerSettings, { callbackURL, ssoURL }: Instructions) {
    this.oauth = new OAuthLogin(settings, callbackURL);
    this.menu = new MenuLogin(settings, ssoURL);
  }

  /** The response to a request. A valid authorization request leads to the callback if there is a `callbackQuery`. */
  respond(request: ReceivedRequest, callbackQuery: Record<string, string> | undefined): HiworksResponse {
    switch (request.endpoint) {
      case 'authorization':
        return this.oauth.authorization(request, callbackQuery);
      case 'signin':
        return this.oauth.signIn(request);
      case 'token':
        return this.oauth.token(request);
      case 'profile':
        return this.oauth.profile(request);
      case 'menu':
        return this.menu.page(request);
      case 'sso':
        return this.menu.token(request);
      default:
        return htmlResponse(404, messagePage('페이지를 찾을 수 없습니다', '주소를 확인해 주세요.'));
    }
  }
}
