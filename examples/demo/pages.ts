import { createHash } from 'node:crypto';

/** A user as the session keeps it. */
export interface Person {
  userNo: string;
  /** Unknown after a login from the menu. */
  officeNo?: string;
  displayName: string | undefined;
  username: string | undefined;
}

const STYLE = `
  :root { font: 1rem/1.6 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', NanumGothic, sans-serif; color: #2d2d2d; background: #f3f6f8; word-break: keep-all; overflow-wrap: break-word; }
  * { box-sizing: border-box; }
  body { margin: 0; }
  header { padding: 1rem 1.5rem; background: #fff; border-bottom: 1px solid #dde4e8; font-weight: 700; }
  header a { display: inline-flex; align-items: center; gap: .6rem; color: inherit; text-decoration: none; }
  header a::before { content: ''; width: .8rem; height: .8rem; border: .25rem solid #0197e4; border-radius: 50%; }
  main { max-width: 29rem; margin: 0 auto; padding: clamp(1.25rem, 9vh, 6rem) clamp(.75rem, 4vw, 1.25rem) 2rem; }
  .card { padding: clamp(1.25rem, 8vw, 2.25rem) clamp(1.1rem, 7vw, 2rem); background: #fff; border: 1px solid #dde4e8; border-radius: 16px; box-shadow: 0 8px 28px rgb(30 60 80 / 7%); }
  h1 { margin: 0 0 .6rem; font-size: 1.5rem; line-height: 1.35; }
  p { margin: 0; text-wrap: pretty; }
  .quiet { color: #5a6368; font-size: .875rem; }
  .card + .quiet { margin: 1.25rem .5rem 0; }
  .detail { margin-top: 1.25rem; padding: .9rem 1rem; background: #f3f6f8; border-radius: 10px; }
  .button { display: block; width: 100%; margin-top: 1.75rem; padding: .8rem 1rem; font: inherit; font-weight: 700; text-align: center; text-decoration: none; color: #2d2d2d; background: #fff; border: 1px solid #7d8990; border-radius: 10px; cursor: pointer; }
  .button + .button { margin-top: .75rem; }
  .button:hover { background: #f3f6f8; }
  .button.main { color: #fff; background: #0073b1; border-color: #0073b1; }
  .button.main:hover { background: #005f93; }
  a:focus-visible, button:focus-visible { outline: 3px solid #0197e4; outline-offset: 3px; border-radius: 10px; }
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .7rem 1rem; margin: 1.5rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid #e6ebee; }
  dt { color: #5a6368; }
  dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
`;

/** The headers of every page: nothing runs, nothing is loaded, nothing is cached, and no other site shows it in a frame. */
export const pageHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  // The address of a callback holds a code or a token.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** The page before the login, as HTML. `menuURL` is the menu of the fake Hiworks. */
export function homePage(notice: string, menuURL: string | undefined): string {
  const menu = menuURL && `<a class="button" href="${escapeHTML(menuURL)}">하이웍스 메뉴에서 들어오기</a>\n`;
  return page(
    '로그인',
    `<p>회사에서 쓰는 하이웍스 계정으로 로그인해 주세요.</p>
<a class="button main" href="/auth/hiworks">하이웍스로 로그인</a>
${menu ?? ''}`,
    notice,
  );
}

/** The page of the user who is signed in, as HTML. */
export function personPage({ displayName, username, userNo, officeNo }: Person): string {
  const rows = [
    ['아이디', username],
    ['사용자 번호', userNo],
    ['오피스 번호', officeNo],
    ['로그인 방법', officeNo ? '하이웍스로 로그인' : '하이웍스 메뉴'],
  ];
  return page(
    `${displayName ?? username ?? userNo} 님`,
    `<p>로그인되었습니다.</p>
<dl>
${rows.map(([term, value = '알 수 없음']) => `<dt>${term}</dt><dd>${escapeHTML(value)}</dd>`).join('\n')}
</dl>
<form method="post" action="/logout"><button class="button">로그아웃</button></form>`,
  );
}

/** The page of a failure, as HTML. `detail` is for the administrator. */
export function failurePage(title: string, text: string, detail?: string): string {
  return page(
    title,
    `<p>${escapeHTML(text)}</p>
${detail ? `<p class="detail quiet">${escapeHTML(detail)}</p>\n` : ''}<a class="button main" href="/auth/hiworks">하이웍스로 로그인</a>
<a class="button" href="/">처음으로 돌아가기</a>`,
  );
}

function page(title: string, content: string, notice = ''): string {
  return `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHTML(title)} - passport-hiworks 데모</title>
<style>${STYLE}</style>
</head>
<body>
<header><a href="/">passport-hiworks 데모</a></header>
<main>
<div class="card">
<h1>${escapeHTML(title)}</h1>
${content}
</div>
<p class="quiet">${escapeHTML(notice)}</p>
</main>
</body>
</html>
`;
}

function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
