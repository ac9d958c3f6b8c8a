import { URLSearchParams } from 'node:url';
import type { MenuTokenShape, Settings } from './options.js';
import { menuPage } from './pages.js';
import { required, withQuery } from './parameters.js';
import { orEnvelope, orErrorPage, Refusal, wrong } from './refusal.js';
import { type Call, MENU_PATH, menuToken } from './requests.js';
import { type HiworksResponse, html, json, redirectTo } from './responses.js';
import { issue } from './tokens.js';
import type { HiworksUser } from './users.js';

interface Grant {
  user: HiworksUser;
  expiresAt: number;
}

/** The login from a Hiworks menu: knows the tokens it has issued, and responds to one request at a time. */
export class MenuLogin {
  private readonly grants = new Map<string, Grant>();

  /** `ssoURL` is where the menu leads. */
  constructor(
    private readonly settings: Settings,
    public ssoURL = settings.ssoURL,
  ) {}

  /** The menu page, or the redirect for the user who was chosen on it. */
  menu(call: Call): HiworksResponse {
    return orErrorPage(() => {
      const { ssoURL } = this;
      if (ssoURL === undefined) {
        throw new Refusal(
          '메뉴에 연결된 주소가 없습니다. createHiworksServer의 ssoURL을 지정하거나 registerMenu로 등록해 주세요.',
        );
      }
      if (call.path !== MENU_PATH) {
        return html(200, menuPage(ssoURL, this.settings.users));
      }
      if (call.method !== 'POST') {
        throw new Refusal('메뉴 페이지의 버튼으로 열어 주세요.');
      }
      const userNo = required(call.fields ?? new URLSearchParams(), 'user_no');
      const user = this.settings.users.find((user) => user.userNo === userNo);
      if (user === undefined) {
        throw wrong('user_no');
      }
      const expiresAt = Date.now() + this.settings.menuTokenLifetime;
      return redirectTo(withQuery(ssoURL, { token: issue(this.grants, { user, expiresAt }) }));
    });
  }

  /** The user whom a menu's token is for. A refusal comes with HTTP 404: an assumption. */
  tokens(call: Call): HiworksResponse {
    return orEnvelope(
      () => {
        if (call.method !== 'GET') {
          throw new Refusal('GET으로 요청해 주세요.');
        }
        const token = decode(menuToken(call.path));
        const grant = this.grants.get(token);
        if (!this.settings.reuseMenuTokens) {
          this.grants.delete(token);
        }
        if (grant === undefined) {
          throw new Refusal('유효하지 않은 token입니다.');
        }
        if (grant.expiresAt <= Date.now()) {
          throw new Refusal('만료되었습니다: token');
        }
        return json(200, shaped(this.settings.menuTokenShape, grant.user));
      },
      {},
      404,
    );
  }
}

function decode(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment as string);
  } catch {
    throw wrong('token');
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
