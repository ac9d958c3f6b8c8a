import { URLSearchParams } from 'node:url';
import { isWebURL, type Settings } from './options.js';
import { signInPage } from './pages.js';
import {
  AUTHORIZATION_PARAMETERS,
  type AuthorizationRequest,
  readAuthorization,
  readTokenRequest,
  required,
  withQuery,
} from './parameters.js';
import { orEnvelope, orErrorPage, Refusal, wrong } from './refusal.js';
import type { Call } from './requests.js';
import { type HiworksResponse, html, json, redirectTo } from './responses.js';
import { issue } from './tokens.js';
import type { HiworksUser } from './users.js';

interface Grant {
  user: HiworksUser;
  accessType: string;
  expiresAt: number;
}

/** How long a code is good, in milliseconds. An assumption: Hiworks' lifetimes are not known. */
const CODE_LIFETIME = 10 * 60 * 1000;

/** The OAuth login: knows the codes and tokens it has issued, and responds to one request at a time. */
export class OAuthLogin {
  private readonly codes = new Map<string, Grant>();
  private readonly accessTokens = new Map<string, HiworksUser>();
  private readonly refreshTokens = new Map<string, HiworksUser>();

  /** `callbackURL` is the redirect URL registered for the client. */
  constructor(
    private readonly settings: Settings,
    public callbackURL = settings.callbackURL,
  ) {}

  /** The sign-in page. With a `callbackQuery`, a valid request is redirected to the callback with it. */
  authorization(call: Call, callbackQuery: Record<string, string> | undefined): HiworksResponse {
    return orErrorPage(() => {
      if (call.method !== 'GET') {
        throw new Refusal('이 주소는 GET으로 열어 주세요.');
      }
      const { target, ...request } = this.readRequest(call.params);
      if (callbackQuery) {
        return this.redirect(target, request, callbackQuery);
      }
      const { clientID, users, signInAs } = this.settings;
      if (signInAs) {
        return this.redirectWithCode(target, request, signInAs);
      }
      const fields = [...call.params].filter(([name]) => AUTHORIZATION_PARAMETERS.includes(name));
      const { accessType } = request;
      return html(200, signInPage({ clientID, callbackURL: target, accessType, users, fields }));
    });
  }

  /** The redirect for what was pressed on the sign-in page. */
  signIn(call: Call): HiworksResponse {
    return orErrorPage(() => {
      if (call.method !== 'POST') {
        throw new Refusal('로그인 페이지의 버튼으로 열어 주세요.');
      }
      const fields = call.fields ?? new URLSearchParams();
      const { target, ...request } = this.readRequest(fields);
      if (fields.has('cancel')) {
        const error_description = '사용자가 로그인을 취소했습니다.';
        return this.redirect(target, request, { error: 'access_denied', error_description });
      }
      const userNo = required(fields, 'user_no');
      const user = this.settings.users.find((user) => user.userNo === userNo);
      if (user === undefined) {
        throw wrong('user_no');
      }
      return this.redirectWithCode(target, request, user);
    });
  }

  /** The tokens for a code or a refresh token. */
  token(call: Call): HiworksResponse {
    return orEnvelope(
      () => {
        if (call.method !== 'POST') {
          throw new Refusal('POST로 요청해 주세요.');
        }
        if (/^basic /i.test(call.headers.authorization ?? '')) {
          throw new Refusal('client_id와 client_secret은 Authorization 헤더가 아니라 본문에 넣어 주세요.');
        }
        if (call.fields === undefined) {
          throw new Refusal(
            '본문은 application/x-www-form-urlencoded 또는 multipart/form-data 형식이어야 합니다.',
          );
        }
        const { grantType, accessType, credential } = readTokenRequest(call.fields, this.settings);
        return grantType === 'refresh_token'
          ? this.refresh(credential)
          : this.exchangeCode(credential, accessType);
      },
      { data: [] },
    );
  }

  /** The profile of the user whose access token came. */
  profile(call: Call): HiworksResponse {
    return orEnvelope(() => {
      if (call.method !== 'GET') {
        throw new Refusal('GET으로 요청해 주세요.');
      }
      const accessToken = /^bearer +(\S+)$/i.exec(call.headers.authorization ?? '')?.[1];
      if (accessToken === undefined) {
        throw new Refusal('Authorization: Bearer 헤더가 없습니다.');
      }
      const user = this.accessTokens.get(accessToken);
      if (user === undefined) {
        throw new Refusal('유효하지 않은 access_token입니다.');
      }
      return json(200, { no: user.userNo, user_id: user.userId, name: user.name });
    });
  }

  private readRequest(params: URLSearchParams): AuthorizationRequest & { target: string } {
    const request = readAuthorization(params, this.settings.clientID);
    const { redirectURI } = request;
    if (redirectURI !== undefined && !isWebURL(redirectURI)) {
      throw new Refusal('redirect_uri는 http 또는 https로 시작하는 전체 주소여야 합니다.');
    }
    this.callbackURL ??= redirectURI;
    if (this.callbackURL === undefined) {
      throw new Refusal(
        '등록된 콜백 URL이 없습니다. createHiworksServer의 callbackURL을 지정하거나 register로 등록해 주세요.',
      );
    }
    if (redirectURI !== undefined && redirectURI !== this.callbackURL) {
      throw new Refusal(
        `redirect_uri가 등록된 콜백 URL과 다릅니다.\n받은 주소: ${redirectURI}\n등록된 주소: ${this.callbackURL}`,
      );
    }
    return { ...request, target: this.callbackURL };
  }

  private redirectWithCode(
    target: string,
    request: AuthorizationRequest,
    user: HiworksUser,
  ): HiworksResponse {
    const { accessType } = request;
    const auth_code = issue(this.codes, { user, accessType, expiresAt: Date.now() + CODE_LIFETIME });
    return this.redirect(target, request, { auth_code });
  }

  private redirect(
    target: string,
    { state }: AuthorizationRequest,
    query: Record<string, string>,
  ): HiworksResponse {
    const echoed = this.settings.echoState && state !== undefined ? { state } : {};
    return redirectTo(withQuery(target, { ...echoed, ...query }));
  }

  private exchangeCode(code: string, accessType: string): HiworksResponse {
    const grant = this.codes.get(code);
    this.codes.delete(code);
    if (grant === undefined) {
      throw wrong('auth_code');
    }
    if (grant.expiresAt <= Date.now()) {
      throw new Refusal('만료되었습니다: auth_code');
    }
    if (grant.accessType !== accessType) {
      throw wrong('access_type');
    }
    return this.tokens(grant.user, accessType === 'offline');
  }

  private refresh(refreshToken: string): HiworksResponse {
    const user = this.refreshTokens.get(refreshToken);
    if (user === undefined) {
      throw wrong('refresh_token');
    }
    if (this.settings.rotateRefreshTokens) {
      this.refreshTokens.delete(refreshToken);
    }
    return this.tokens(user, this.settings.rotateRefreshTokens);
  }

  private tokens(user: HiworksUser, withRefreshToken: boolean): HiworksResponse {
    const data = {
      access_token: issue(this.accessTokens, user),
      ...(withRefreshToken ? { refresh_token: issue(this.refreshTokens, user) } : {}),
      office_no: user.officeNo,
      user_no: user.userNo,
    };
    return json(200, { code: 'SUC', msg: '', data });
  }
}
