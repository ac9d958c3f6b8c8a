import { visitorMessage } from 'passport-hiworks';

declare global {
  namespace Express {
    interface User {
      /** Hiworks' `user_no`: the key of your own table of users. */
      id: string;
      /** Hiworks' `office_no`, the company. */
      officeNo: string;
      name: string;
    }
  }
}

// `no-referrer` would hide from the strategy, in Firefox, that another site started a login.
export const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
};

const SIGN_OUT = '<form method="post" action="/logout"><button>로그아웃</button></form>';

/** `reason` is the code of the failure or error, if a login failed. */
export function loginPage(reason?: unknown): string {
  const message = reason === undefined ? '' : `<p>${escapeHTML(visitorMessage(reason))}</p>`;
  return page(`${message}<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>`);
}

export function homePage({ name, id }: Express.User): string {
  const user = `${escapeHTML(name)} 님, 안녕하세요. (사용자 번호 ${escapeHTML(id)})`;
  return page(`<p>${user}</p><p><a href="/inbox">받은 편지함</a></p>${SIGN_OUT}`);
}

export function inboxPage({ name }: Express.User): string {
  return page(`<p>${escapeHTML(name)} 님의 받은 편지함</p>`);
}

function page(content: string): string {
  return `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>사내 도구</title>
${content}
`;
}

function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
