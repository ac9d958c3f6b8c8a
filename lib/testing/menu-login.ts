import type { MenuTokenShape, ServerSettings } from './options.js';
import { menuPage, messagePage } from './pages.js';
import { appendQuery, chosenUser } from './parameters.js';
import { invalidValue, RefusedRequest, withErrorPage, withErrors } from './refusal.js';
import { isButtonPress, MENU_PATH, menuToken, type ReceivedRequest } from './requests.js';
import { type HiworksResponse, htmlResponse, jsonResponse, redirectResponse } from './responses.js';
import { issue } from './tokens.js';
import type { HiworksUser } from './users.js';

interface MenuGrant {
  user: HiworksUser;
  expiresAt: number;
}

/** The login from a Hiworks menu: keeps the tokens it has issued, and responds to one request at a time. */
export class MenuLogin {
  private readonly grants = new Map<string, MenuGrant>();

  /** `instruction` says how to register `ssoURL`, which is where the menu leads. */
  constructor(
    private readonly settings: ServerSettings,
    private readonly instruction: string,
    public ssoURL = settings.ssoURL,
  ) {}

  /** The menu page, or the redirect for the user who was chosen on it. */
  page(request: ReceivedRequest): HiworksResponse {
    const { settings, ssoURL, instruction } = this;
    if (request.path !== MENU_PATH) {
      return htmlResponse(200, ssoURL === undefined ? homePage(instruction) : menuPage(ssoURL, settings.users));
    }
    return withErrorPage(() => {
      if (ssoURL === undefined) {
        throw new RefusedRequest(`메뉴에 연결된 주소가 없습니다.\n${instruction}`);
      }
      if (!isButtonPress(request)) {
        throw new RefusedRequest('메뉴 페이지의 버튼으로 열어 주세요.');
      }
      const user = chosenUser(request.fields, settings.users);
      const expiresAt = Date.now() + settings.menuTokenLifetime;
      return redirectResponse(appendQuery(ssoURL, { token: issue(this.grants, { user, expiresAt }) }));
    });
  }

  /** The user whom a menu's token was issued for. */
  token(request: ReceivedRequest): HiworksResponse {
    return withErrors(() => {
      if (request.method !== 'GET') {
        throw new RefusedRequest('GET으로 요청해 주세요.');
      }
      const token = decode(menuToken(request.path));
      const grant = this.grants.get(token);
      if (!this.settings.reuseMenuTokens) {
        this.grants.delete(token);
      }
      if (grant === undefined) {
        throw new RefusedRequest('유효하지 않은 token입니다.');
      }
      if (grant.expiresAt <= Date.now()) {
        throw new RefusedRequest('만료되었습니다: token');
      }
      return jsonResponse(200, shaped(this.settings.menuTokenShape, grant.user));
    });
  }
}

function homePage(instruction: string): string {
  return messagePage(
    '가짜 하이웍스가 실행 중입니다',
    `개발 중인 애플리케이션을 열고 하이웍스 로그인 버튼을 누르세요. 이어서 나오는 페이지에서 로그인할 사용자를 고릅니다.
하이웍스 메뉴로 시작하는 로그인(SSO 외부로 연동)도 시험할 수 있습니다.
${instruction}`,
  );
}

function decode(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment as string);
  } catch {
    throw invalidValue('token');
  }
}

function shaped(shape: MenuTokenShape, user: HiworksUser): object {
  const keys = {
    'user-no': user.userNo,
    'user-id': user.userId,
    'user-name': user.name,
    'employee-no': user.employeeNo,
  };
  switch (shape) {
    case 'root':
      return keys;
    case 'data':
      return { data: keys };
    case 'data.attributes':
      return { data: { attributes: keys } };
  }
}
