import { visitorMessage } from 'passport-hiworks';

// `no-referrer` would hide from the strategy, in Firefox, that another site started a login.
export const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
};

/** `reason` is the code of the failure or error, if a login failed. */
export function loginPage(reason) {
  const message = reason === undefined ? '' : `<p>${visitorMessage(reason)}</p>`;
  return page(`${message}<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>`);
}

export function homePage({ name, id }) {
  return page(`<p>${escapeHTML(name)} 님, 안녕하세요. (사용자 번호 ${escapeHTML(id)})</p>
<p><a href="/inbox">받은 편지함</a></p>
<form method="post" action="/logout"><button>로그아웃</button></form>`);
}

export function inboxPage({ name }) {
  return page(`<p>${escapeHTML(name)} 님의 받은 편지함</p>`);
}

const page = (content) => `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>사내 도구</title>
${content}
`;

function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
