import type { URLSearchParams } from 'node:url';
import { isAbsoluteURL, type ServerSettings } from './options.js';
import { signInPage } from './pages.js';
import {
  AUTHORIZATION_PARAMETERS,
  type AuthorizationRequest,
  appendQuery,
  chosenUser,
  readAuthorization,
  readTokenForm,
} from './parameters.js';
import { invalidValue, RefusedRequest, withErrorEnvelope, withErrorPage } from './refusal.js';
import { isButtonPress, type ReceivedRequest } from './requests.js';
import { type HiworksResponse, htmlResponse, jsonResponse, redirectResponse } from './responses.js';
import { issue } from './tokens.js';
import type { HiworksUser } from './users.js';

interface CodeGrant {
  user: HiworksUser;
  accessType: string;
  expiresAt: number;
}

/** An assumption: Hiworks' lifetimes are not known. */
const CODE_LIFETIME_MS = 10 * 60 * 1000;

/** The OAuth login: keeps the codes and tokens it has issued, and responds to one request at a time. */
export class OAuthLogin {
  private readonly codes = new Map<string, CodeGrant>();
  private readonly accessTokens = new Map<string, HiworksUser>();
  private readonly refreshTokens = new Map<string, HiworksUser>();

  /** `instruction` says how to register `callbackURL`, the client's redirect URL. */
  constructor(
    private readonly settings: ServerSettings,
    private readonly instruction: string,
    public callbackURL = settings.callbackURL,
  ) {}

  /** The sign-in page. With a `callbackQuery`, a valid request is redirected to the callback with it. */
  authorization(received: ReceivedRequest, callbackQuery: Record<string, string> | undefined): HiworksResponse {
    return withErrorPage(() => {
      if (received.method !== 'GET') {
        throw new RefusedRequest('이 주소는 GET으로 열어 주세요.');
      }
      const { target, ...request } = this.checkRequest(received.params);
      if (callbackQuery) {
        return this.redirect(target, request, callbackQuery);
      }
      const { clientID, users, signInAs } = this.settings;
      const signedIn = users.find(({ userNo }) => userNo === signInAs);
      if (signedIn) {
        return this.redirectWithCode(target, request, signedIn);
      }
      const fields = [...received.params].filter(([name]) => AUTHORIZATION_PARAMETERS.includes(name));
      const { accessType } = request;
      return htmlResponse(200, signInPage({ clientID, callbackURL: target, accessType, users, fields }));
    });
  }

  /** The redirect for what was pressed on the sign-in page. */
  signIn(received: ReceivedRequest): HiworksResponse {
    return withErrorPage(() => {
      const { fields } = received;
      if (fields === undefined || !isButtonPress(received)) {
        throw new RefusedRequest('로그인 페이지의 버튼으로 열어 주세요.');
      }
      const { target, ...request } = this.checkRequest(fields);
      // Not when the page is opened: any web page can make a browser do that.
      this.callbackURL = target;
      if (fields.has('cancel')) {
        const error_description = '사용자가 로그인을 취소했습니다.';
        return this.redirect(target, request, { error: 'access_denied', error_description });
      }
      return this.redirectWithCode(target, request, chosenUser(fields, this.settings.users));
    });
  }

  /** The tokens for a code or a refresh token. */
  token(received: ReceivedRequest): HiworksResponse {
    return withErrorEnvelope(
      () => {
        if (received.method !== 'POST') {
          throw new RefusedRequest('POST로 요청해 주세요.');
        }
        if (/^basic /i.test(received.headers.authorization ?? '')) {
          throw new RefusedRequest('client_id와 client_secret은 Authorization 헤더가 아니라 본문에 넣어 주세요.');
        }
        if (received.fields === undefined) {
          throw new RefusedRequest(
            '본문은 application/x-www-form-urlencoded 또는 multipart/form-data 형식이어야 합니다.',
          );
        }
        const { grantType, accessType, credential } = readTokenForm(received.fields, this.settings);
        return grantType === 'refresh_token' ? this.refresh(credential) : this.exchangeCode(credential, accessType);
      },
      { data: [] },
    );
  }

  /** The profile of the user whose access token came. */
  profile(received: ReceivedRequest): HiworksResponse {
    return withErrorEnvelope(() => {
      if (received.method !== 'GET') {
        throw new RefusedRequest('GET으로 요청해 주세요.');
      }
      const accessToken = /^bearer +(\S+)$/i.exec(received.headers.authorization ?? '')?.[1];
      if (accessToken === undefined) {
        throw new RefusedRequest('Authorization: Bearer 헤더가 없습니다.');
      }
      const user = this.accessTokens.get(accessToken);
      if (user === undefined) {
        throw new RefusedRequest('유효하지 않은 access_token입니다.');
      }
      return jsonResponse(200, { no: user.userNo, user_id: user.userId, name: user.name });
    });
  }

  private checkRequest(params: URLSearchParams): AuthorizationRequest & { target: string } {
    const request = readAuthorization(params, this.settings.clientID);
    const { redirectURI } = request;
    if (redirectURI !== undefined && !isAbsoluteURL(redirectURI)) {
      throw new RefusedRequest('redirect_uri는 http 또는 https로 시작하는 전체 주소여야 합니다.');
    }
    const target = this.callbackURL ?? redirectURI;
    if (target === undefined) {
      throw new RefusedRequest(`등록된 콜백 URL이 없습니다.\n${this.instruction}`);
    }
    if (redirectURI !== undefined && redirectURI !== target) {
      throw new RefusedRequest(
        `redirect_uri가 등록된 콜백 URL과 다릅니다.\n받은 주소: ${redirectURI}\n등록된 주소: ${target}\n${this.instruction}`,
      );
    }
    return { ...request, target };
  }

  private redirectWithCode(target: string, request: AuthorizationRequest, user: HiworksUser): HiworksResponse {
    const { accessType } = request;
    const auth_code = issue(this.codes, { user, accessType, expiresAt: Date.now() + CODE_LIFETIME_MS });
    return this.redirect(target, request, { auth_code });
  }

  private redirect(target: string, { state }: AuthorizationRequest, query: Record<string, string>): HiworksResponse {
    const isEchoed = this.settings.echoState && state !== undefined && Object.keys(query).length > 0;
    return redirectResponse(appendQuery(target, isEchoed ? { state, ...query } : query));
  }

  private exchangeCode(code: string, accessType: string): HiworksResponse {
    const grant = this.codes.get(code);
    this.codes.delete(code);
    if (grant === undefined) {
      throw invalidValue('auth_code');
    }
    if (grant.expiresAt <= Date.now()) {
      throw new RefusedRequest('만료되었습니다: auth_code');
    }
    if (grant.accessType !== accessType) {
      throw invalidValue('access_type');
    }
    return this.tokens(grant.user, accessType === 'offline');
  }

  private refresh(refreshToken: string): HiworksResponse {
    const user = this.refreshTokens.get(refreshToken);
    if (user === undefined) {
      throw invalidValue('refresh_token');
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
    return jsonResponse(200, { code: 'SUC', msg: '', data });
  }
}
