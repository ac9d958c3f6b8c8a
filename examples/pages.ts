import type { Person } from './person.js';

/** The home page, of somebody or of nobody yet. */
export function homePage(person: Person | undefined | null): string {
  return page(
    person
      ? `<p><strong>${escapeHTML(person.name)}</strong> 님, 안녕하세요.</p>
<p>사용자 번호 ${escapeHTML(person.id)}, 회사 번호 ${escapeHTML(person.officeNo)}</p>
<p><a href="/inbox">받은 편지함</a></p>
<form method="post" action="/logout"><button>로그아웃</button></form>`
      : `<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>
<p><a href="/inbox">받은 편지함</a> (로그인이 필요합니다)</p>`,
  );
}

/** A page for people who are signed in only. */
export function inboxPage(person: Person): string {
  return page(`<h1>받은 편지함</h1>
<p>${escapeHTML(person.name)} 님에게 온 편지가 없습니다.</p>
<p><a href="/">처음으로</a></p>`);
}

/** Says why a login did not come off; `message` and `code` are Hiworks' where Hiworks refused. */
export function failurePage(error: { message: string; code?: string }): string {
  return page(`<h1>로그인하지 못했습니다</h1>
<p>${escapeHTML(error.message)}${error.code ? ` (${escapeHTML(error.code)})` : ''}</p>
<p><a href="/">처음으로</a></p>`);
}

function page(content: string): string {
  return `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>passport-hiworks</title>
<style>
  body { max-width: 28rem; margin: 15vh auto; padding: 0 1rem; font: 1.1rem/1.6 sans-serif; color: #2d2d2d; word-break: keep-all; overflow-wrap: anywhere; }
  a[href='/auth/hiworks'] { display: inline-block; padding: .6rem 1.2rem; border-radius: 8px; color: #fff; background: #006fab; text-decoration: none; }
</style>
${content}
</html>
`;
}

function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
