import type OAuth2Strategy = require('passport-oauth2');

import { type Answer, html, json, redirectTo } from './answers.js';
import type { HiworksFailureEndpoint } from './failures.js';
import { type HiworksUser, isWebURL, randomToken, type Settings } from './options.js';
import { errorPage, signInPage } from './pages.js';
import {
  AUTHORIZATION_PARAMETERS,
  type AuthorizationRequest,
  Refusal,
  readAuthorization,
  readTokenRequest,
  required,
  withQuery,
  wrong,
} from './protocol.js';

// Node's IncomingHttpHeaders, by a name that brings Node's types along: TypeScript 7 loads none by itself.
type IncomingHeaders = Parameters<OAuth2Strategy['authenticate']>[0]['headers'];

/** A request that the server was sent. */
export interface HiworksRequest {
  /** `'signin'` is the sign-in page's own form; `'unknown'` any address that Hiworks does not have. */
  endpoint: HiworksFailureEndpoint | 'signin' | 'unknown';
  /** The HTTP method, e.g. `POST`. */
  method: string;
  /** The path without the query, e.g. `/open/auth/accesstoken`. */
  path: string;
  /** The query's parameters; of a repeated one the last. */
  query: Record<string, string>;
  /** The headers, their names in lower case. */
  headers: IncomingHeaders;
  /** The body as text. */
  body: string;
  /** The body's fields if it is a form, urlencoded or multipart; of a repeated one the last. */
  form: Record<string, string>;
}

/** A request together with its parameters as they came, repeated ones included. */
export interface Call extends HiworksRequest {
  params: URLSearchParams;
  fields: URLSearchParams | undefined;
}

interface Grant {
  user: HiworksUser;
  accessType: string;
  expiresAt: number;
}

/** How long a code is good, in milliseconds. An assumption: Hiworks' lifetimes are not known. */
const CODE_LIFETIME = 10 * 60 * 1000;

/** Where an app sends the browser (documented). */
export const AUTHORIZATION_PATH = '/open/auth/authform';
/** Where the sign-in page's form goes (an invention of this server). */
export const SIGN_IN_PATH = '/open/auth/signin';
/** Where codes and refresh tokens are exchanged (documented). */
export const TOKEN_PATH = '/open/auth/accesstoken';
/** Where the profile is read (seen in clients, not documented with the login). */
export const PROFILE_PATH = '/user/v2/me';

/** The endpoints by their paths. */
export const ENDPOINTS: ReadonlyMap<string, HiworksRequest['endpoint']> = new Map([
  [AUTHORIZATION_PATH, 'authorization'],
  [SIGN_IN_PATH, 'signin'],
  [TOKEN_PATH, 'token'],
  [PROFILE_PATH, 'profile'],
]);

/** Hiworks without its HTTP: knows the codes and tokens it has issued and answers one request at a time. */
export class Hiworks {
  /** The redirect URL registered for the client. */
  callbackURL: string | undefined;
  private readonly usersByNumber: ReadonlyMap<string, HiworksUser>;
  private readonly codes = new Map<string, Grant>();
  private readonly accessTokens = new Map<string, HiworksUser>();
  private readonly refreshTokens = new Map<string, HiworksUser>();

  constructor(private readonly settings: Settings) {
    this.callbackURL = settings.callbackURL;
    this.usersByNumber = new Map(settings.users.map((user) => [user.userNo, user]));
  }

  /** The answer to a request. A valid authorization request is answered with a redirect if there is a `callbackQuery`. */
  answer(call: Call, callbackQuery: Record<string, string> | undefined): Answer {
    switch (call.endpoint) {
      case 'authorization':
        return orErrorPage(() => this.authorize(call, callbackQuery));
      case 'signin':
        return orErrorPage(() => this.chooseUser(call));
      case 'token':
        return orEnvelope(() => this.token(call), { data: [] });
      case 'profile':
        return orEnvelope(() => this.profile(call), {});
      default:
        return html(404, errorPage('페이지를 찾을 수 없습니다', ['주소를 확인해 주세요.']));
    }
  }

  private authorize(call: Call, callbackQuery: Record<string, string> | undefined): Answer {
    if (call.method !== 'GET') throw new Refusal('이 주소는 GET으로 열어 주세요.');
    const { target, ...request } = this.readRequest(call.params);
    if (callbackQuery) return this.redirect(target, request, callbackQuery);
    if (this.settings.signInAs) return this.redirectWithCode(target, request, this.settings.signInAs);
    const fields = [...call.params].filter(([name]) => AUTHORIZATION_PARAMETERS.includes(name));
    const { clientID, users } = this.settings;
    const { accessType } = request;
    return html(200, signInPage({ clientID, callbackURL: target, accessType, users, fields }));
  }

  private chooseUser(call: Call): Answer {
    if (call.method !== 'POST') throw new Refusal('로그인 페이지의 버튼으로 열어 주세요.');
    const fields = call.fields ?? new URLSearchParams();
    const { target, ...request } = this.readRequest(fields);
    if (fields.has('cancel')) {
      const error_description = '사용자가 로그인을 취소했습니다.';
      return this.redirect(target, request, { error: 'access_denied', error_description });
    }
    const user = this.usersByNumber.get(required(fields, 'user_no'));
    if (user === undefined) throw wrong('user_no');
    return this.redirectWithCode(target, request, user);
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

  private redirectWithCode(target: string, request: AuthorizationRequest, user: HiworksUser): Answer {
    const code = randomToken();
    this.codes.set(code, { user, accessType: request.accessType, expiresAt: Date.now() + CODE_LIFETIME });
    return this.redirect(target, request, { auth_code: code });
  }

  private redirect(target: string, { state }: AuthorizationRequest, query: Record<string, string>): Answer {
    const echoed = this.settings.echoState && state !== undefined ? { state } : {};
    return redirectTo(withQuery(target, { ...echoed, ...query }));
  }

  private token(call: Call): Answer {
    if (call.method !== 'POST') throw new Refusal('POST로 요청해 주세요.');
    if (/^basic /i.test(call.headers.authorization ?? '')) {
      throw new Refusal('client_id와 client_secret은 Authorization 헤더가 아니라 본문에 넣어 주세요.');
    }
    if (call.fields === undefined) {
      throw new Refusal(
        '본문은 application/x-www-form-urlencoded 또는 multipart/form-data 형식이어야 합니다.',
      );
    }
    const { grantType, accessType, credential } = readTokenRequest(call.fields, this.settings);
    return grantType === 'refresh_token' ? this.refresh(credential) : this.exchange(credential, accessType);
  }

  private exchange(code: string, accessType: string): Answer {
    const grant = this.codes.get(code);
    this.codes.delete(code);
    if (grant === undefined) throw wrong('auth_code');
    if (grant.expiresAt <= Date.now()) throw new Refusal('만료되었습니다: auth_code');
    if (grant.accessType !== accessType) throw wrong('access_type');
    return this.tokens(grant.user, accessType === 'offline');
  }

  private refresh(refreshToken: string): Answer {
    const user = this.refreshTokens.get(refreshToken);
    if (user === undefined) throw wrong('refresh_token');
    if (this.settings.rotateRefreshTokens) this.refreshTokens.delete(refreshToken);
    return this.tokens(user, this.settings.rotateRefreshTokens);
  }

  private tokens(user: HiworksUser, withRefreshToken: boolean): Answer {
    const data = {
      access_token: issue(this.accessTokens, user),
      ...(withRefreshToken ? { refresh_token: issue(this.refreshTokens, user) } : {}),
      office_no: user.officeNo,
      user_no: user.userNo,
    };
    return json(200, { code: 'SUC', msg: '', data });
  }

  private profile(call: Call): Answer {
    if (call.method !== 'GET') throw new Refusal('GET으로 요청해 주세요.');
    const accessToken = /^bearer +(\S+)$/i.exec(call.headers.authorization ?? '')?.[1];
    if (accessToken === undefined) throw new Refusal('Authorization: Bearer 헤더가 없습니다.');
    const user = this.accessTokens.get(accessToken);
    if (user === undefined) throw new Refusal('유효하지 않은 access_token입니다.');
    return json(200, { no: user.userNo, user_id: user.userId, name: user.name });
  }
}

function orErrorPage(run: () => Answer): Answer {
  try {
    return run();
  } catch (refusal) {
    return html(400, errorPage('로그인 요청을 처리할 수 없습니다', (refusal as Refusal).message.split('\n')));
  }
}

function orEnvelope(run: () => Answer, more: object): Answer {
  try {
    return run();
  } catch (refusal) {
    // Hiworks' failures are said to come with HTTP 200 (seen in clients, not documented).
    return json(200, { code: 'ERR', msg: (refusal as Refusal).message, ...more });
  }
}

function issue(tokens: Map<string, HiworksUser>, user: HiworksUser): string {
  const token = randomToken();
  tokens.set(token, user);
  return token;
}
