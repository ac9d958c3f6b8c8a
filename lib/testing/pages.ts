import { createHash } from 'node:crypto';
import type { HiworksUser } from './users.js';

const STYLE = `
  :root { color-scheme: light; font-family: 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', 'NanumGothic', sans-serif; color: #2d2d2d; background: #eef3f6; line-height: 1.5; word-break: keep-all; overflow-wrap: anywhere; }
  * { box-sizing: border-box; }
  body { margin: 0; padding: 1rem; }
  main { max-width: 30rem; margin: 4vh auto; padding: 1.75rem; background: #fff; border: 1px solid #d5dde2; border-top: 6px solid #0197e4; border-radius: 12px; }
  h1 { margin: 0; font-size: 1.5rem; }
  .note { margin: .75rem 0 1.25rem; padding: .6rem .8rem; background: #fff4d6; border-radius: 8px; font-size: .875rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem .9rem; margin: 0 0 1.5rem; font-size: .875rem; }
  dt { color: #595959; }
  dd { margin: 0; }
  fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; min-width: 0; }
  legend { padding: 0 0 .5rem; font-size: .875rem; font-weight: 700; }
  button { display: block; width: 100%; margin: 0 0 .5rem; padding: .75rem 1rem; font: inherit; text-align: left; color: inherit; background: #fff; border: 1px solid #7d8990; border-radius: 8px; cursor: pointer; }
  button:hover { border-color: #0197e4; background: #f0f9fe; }
  button:focus-visible { outline: 3px solid #2d2d2d; outline-offset: 2px; }
  button strong { display: block; font-size: 1.0625rem; }
  button span { font-size: .875rem; color: #595959; }
  button.cancel { margin: 0; text-align: center; background: #f5f6f7; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The headers of every page. There is no `form-action`: it would stop the redirect from the form to the application. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What the sign-in page shows and hands on. */
export interface SignInPage {
  clientID: string;
  callbackURL: string;
  accessType: string;
  users: readonly HiworksUser[];
  /** The form's hidden fields, as name and value. */
  fields: readonly (readonly [string, string])[];
}

/** The page on which a user is chosen, as HTML. Its form posts `fields` and `user_no`, or `cancel`. */
export function signInPage({ clientID, callbackURL, accessType, users, fields }: SignInPage): string {
  const hidden = fields.map(
    ([name, value]) => `<input type="hidden" name="${escapeHTML(name)}" value="${escapeHTML(value)}">`,
  );
  return page(
    '하이웍스 로그인',
    `<dl>
<dt>앱</dt><dd>${escapeHTML(clientID)}</dd>
<dt>돌아갈 주소</dt><dd>${escapeHTML(callbackURL)}</dd>
<dt>접근 방식</dt><dd>${escapeHTML(accessType)}</dd>
</dl>
<form method="post" action="/open/auth/signin">
${hidden.join('\n')}
${userButtons(users)}
<button class="cancel" name="cancel" value="1">취소</button>
</form>`,
  );
}

/** The page on which to choose the user who clicks the menu that leads to `ssoURL`, as HTML. Its form posts `user_no`. */
export function menuPage(ssoURL: string, users: readonly HiworksUser[]): string {
  return page(
    '하이웍스 메뉴',
    `<p>실제 하이웍스에서는 로그인한 직원이 메뉴를 누르면 아래 주소가 열립니다. 여기서는 메뉴를 누를 직원을 고르세요.</p>
<dl>
<dt>메뉴 주소</dt><dd>${escapeHTML(ssoURL)}</dd>
</dl>
<form method="post" action="/menu">
${userButtons(users)}
</form>`,
  );
}

/** A page of text, a paragraph for each line, as HTML. */
export function messagePage(title: string, text: string): string {
  return page(title, escapeHTML(text).replace(/^.*$/gm, '<p>$&</p>'));
}

/** The hidden fields of a page made by `signInPage`, as a browser would post them. */
export function hiddenFields(html: string): [string, string][] {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Array.from(inputs, ([, name = '', value = '']) => [unescapeHTML(name), unescapeHTML(value)]);
}

/** The text of a page, or of its `<main>`, on one line. */
export function pageText(html: string): string {
  const main = /<main>(.*)<\/main>/s.exec(html)?.[1] ?? html;
  const text = main.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return unescapeHTML(text).trim();
}

/** The text of a page made by `messagePage`, without what every page says. */
export function messageText(html: string): string {
  return pageText(Array.from(html.matchAll(/<p>.*?<\/p>/gs), ([paragraph]) => paragraph).join(' '));
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHTML(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHTML(title)}</h1>
<p class="note">이 페이지는 테스트용 가짜 하이웍스입니다.</p>
${content}
</main>
</body>
</html>
`;
}

function userButtons(users: readonly HiworksUser[]): string {
  return groupByOffice(users).map(office).join('\n');
}

function office([officeNo, users]: [string, HiworksUser[]]): string {
  const buttons = users.map(
    ({ userNo, userId, name }) =>
      `<button name="user_no" value="${escapeHTML(userNo)}"><strong>${escapeHTML(name)}</strong> <span>${escapeHTML(userId)} · 사용자 번호 ${escapeHTML(userNo)}</span></button>`,
  );
  return `<fieldset>
<legend>오피스 번호 ${escapeHTML(officeNo)}</legend>
${buttons.join('\n')}
</fieldset>`;
}

function groupByOffice(users: readonly HiworksUser[]): [string, HiworksUser[]][] {
  const offices = new Map<string, HiworksUser[]>();
  for (const user of users) {
    const colleagues = offices.get(user.officeNo);
    if (colleagues) {
      colleagues.push(user);
    } else {
      offices.set(user.officeNo, [user]);
    }
  }
  return [...offices];
}

const ENTITIES: readonly (readonly [string, string])[] = [
  // First, so that it does not escape the others' ampersands.
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
];

function escapeHTML(text: string): string {
  return ENTITIES.reduce((html, [character, entity]) => html.replaceAll(character, entity), text);
}

function unescapeHTML(html: string): string {
  return ENTITIES.reduceRight((text, [character, entity]) => text.replaceAll(entity, character), html);
}
