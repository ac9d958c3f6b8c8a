import { createHash } from 'node:crypto';
import type { Person, Tokens } from './login.js';
import type { Problem } from './problems.js';

const STYLE = `
  :root { color-scheme: light; font: 1rem/1.6 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', 'NanumGothic', sans-serif; color: #2d2d2d; background: #f3f6f8; word-break: keep-all; overflow-wrap: break-word; }
  * { box-sizing: border-box; }
  body { display: grid; grid-template: auto 1fr / minmax(0, 1fr); min-height: 100vh; margin: 0; }
  header { padding: 1rem 1.5rem; background: #fff; border-bottom: 1px solid #dde4e8; font-weight: 700; }
  header a { display: inline-flex; align-items: center; gap: .6rem; color: inherit; text-decoration: none; }
  header a::before { content: ''; width: .8rem; height: .8rem; border: .25rem solid #0197e4; border-radius: 50%; }
  main { width: 100%; max-width: 29rem; margin: 0 auto; padding: clamp(1.25rem, 9vh, 6rem) clamp(.75rem, 4vw, 1.25rem) 2rem; }
  .card { padding: clamp(1.25rem, 8vw, 2.25rem) clamp(1.1rem, 7vw, 2rem); background: #fff; border: 1px solid #dde4e8; border-radius: 16px; box-shadow: 0 8px 28px rgb(30 60 80 / 7%); }
  h1 { margin: 0 0 .6rem; font-size: 1.5rem; line-height: 1.35; letter-spacing: -.01em; }
  p { margin: 0; text-wrap: pretty; }
  .quiet { color: #5a6368; }
  .small { font-size: .875rem; }
  .card + .small { margin: 1.25rem .5rem 0; }
  .button { display: block; width: 100%; padding: .8rem 1rem; font: inherit; font-weight: 700; text-align: center; text-decoration: none; color: #2d2d2d; background: #fff; border: 1px solid #7d8990; border-radius: 10px; cursor: pointer; }
  .button:hover { background: #f3f6f8; }
  .button.main { color: #fff; background: #0073b1; border-color: #0073b1; }
  .button.main:hover { background: #005f93; border-color: #005f93; }
  a:focus-visible, button:focus-visible { outline: 3px solid #0197e4; outline-offset: 3px; border-radius: 10px; }
  .card > .button { margin-top: 1.75rem; }
  .card > .button + .button { margin-top: .75rem; }
  .more { display: grid; gap: 1.25rem; margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid #e6ebee; }
  .more p { margin-top: .4rem; }
  .person { display: flex; align-items: center; gap: 1rem; }
  .person > div { min-width: 0; }
  .person h1 { margin: 0; }
  .initial { flex: none; display: grid; place-items: center; width: 3.5rem; height: 3.5rem; border-radius: 50%; background: #e3f3fc; color: #005f93; font-size: 1.375rem; font-weight: 700; }
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .7rem 1rem; margin: 1.75rem 0; padding: 1.25rem 0; border: solid #e6ebee; border-width: 1px 0; }
  dt { color: #5a6368; }
  dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
  .actions { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; }
  .actions :only-child { grid-column: 1 / -1; }
  .reason { margin-top: 1.5rem; padding: .9rem 1rem; background: #f3f6f8; border-radius: 10px; }
  .reason strong { display: block; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * The headers of every page: nothing runs, nothing is loaded from elsewhere, nothing stays in a cache. A form that ends in
 * a redirect to Hiworks needs Hiworks' origin in `form-action`.
 */
export function pageHeaders(hiworksOrigin = ''): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; form-action 'self' ${hiworksOrigin}; base-uri 'none'; frame-ancestors 'none'`,
    // The address of a login holds its code or token.
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The page of somebody who is not signed in, as HTML. `notice` stands below the card; `menuURL` is the fake Hiworks' menu. */
export function homePage(notice: string, menuURL: string | undefined): string {
  const more = `<div class="more">
<div>
<a class="button" href="${escapeHTML(menuURL ?? '')}">하이웍스 메뉴 열기</a>
<p class="quiet small">OAuth 클라이언트가 없는 회사에서 로그인하는 방법입니다.</p>
</div>
<form method="post" action="/outage">
<button class="button">하이웍스 장애 체험</button>
<p class="quiet small">다음 로그인 한 번이 하이웍스 장애로 실패합니다.</p>
</form>
</div>
`;
  return page(
    '로그인',
    `<div class="card">
<h1>로그인</h1>
<p class="quiet">회사에서 쓰는 하이웍스 계정으로 로그인해 주세요.</p>
<a class="button main" href="/auth/hiworks">하이웍스로 로그인</a>
${menuURL === undefined ? '' : more}</div>
<p class="quiet small">${escapeHTML(notice)}</p>`,
  );
}

/** The page of somebody who is signed in, as HTML. Of a token it shows the first four characters. */
export function personPage(
  { displayName, username, userNo, officeNo }: Person,
  tokens: Tokens | undefined,
): string {
  const name = displayName ?? username ?? userNo;
  const rows = [
    ['사용자 번호', userNo],
    ['오피스 번호', officeNo],
    ['로그인 방법', tokens ? '하이웍스로 로그인' : '하이웍스 메뉴'],
    ...(tokens
      ? [
          ['액세스 토큰', masked(tokens.accessToken)],
          ['리프레시 토큰', masked(tokens.refreshToken)],
          ['토큰 갱신 횟수', `${tokens.renewals}회`],
        ]
      : []),
  ];
  const cells = rows.map(([term, value = '알 수 없음']) => `<dt>${term}</dt><dd>${escapeHTML(value)}</dd>`);
  const renew = '<form method="post" action="/renew"><button class="button main">토큰 갱신</button></form>\n';
  return page(
    `${name} 님`,
    `<div class="card">
<div class="person">
<span class="initial" aria-hidden="true">${escapeHTML([...name][0] ?? '')}</span>
<div>
<h1>${escapeHTML(name)} 님</h1>
<p class="quiet small">${escapeHTML(username ?? '')}</p>
</div>
</div>
<dl>
${cells.join('\n')}
</dl>
<div class="actions">
${tokens?.refreshToken === undefined ? '' : renew}<form method="post" action="/logout"><button class="button">로그아웃</button></form>
</div>
</div>`,
  );
}

/** A page that says what went wrong and what to do about it, as HTML. */
export function problemPage({
  title,
  advice,
  detail,
  action,
}: Pick<Problem, 'title' | 'advice' | 'detail' | 'action'>): string {
  const reason = `<p class="reason quiet small"><strong>자세한 내용</strong> ${escapeHTML(detail ?? '')}</p>\n`;
  const wayOn = `<a class="button main" href="${action?.href}">${action?.label}</a>\n`;
  return page(
    title,
    `<div class="card">
<h1>${escapeHTML(title)}</h1>
<p>${escapeHTML(advice)}</p>
${detail ? reason : ''}${action ? wayOn : ''}<a class="button${action ? '' : ' main'}" href="/">처음으로 돌아가기</a>
</div>`,
  );
}

function masked(token: string | undefined): string {
  return token === undefined ? '없음' : `${token.slice(0, 4)}****`;
}

function page(title: string, content: string): string {
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
${content}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
