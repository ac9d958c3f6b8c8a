import { isHiworksError } from 'passport-hiworks';

// What people read who could not sign in, by the `code` of Passport's `info` or of the error.
const REASONS = new Map([
  ['access_denied', '하이웍스에서 로그인을 취소했습니다.'],
  [
    'office_not_allowed',
    '우리 회사의 하이웍스 계정이 아닙니다. 하이웍스에서 로그아웃한 뒤 회사 계정으로 다시 로그인해 주세요.',
  ],
  [
    'no_pending_login',
    '로그인 쿠키를 찾을 수 없습니다. 브라우저에서 쿠키를 허용했는지 확인하고 다시 로그인해 주세요.',
  ],
  [
    'state_mismatch',
    '이 브라우저에서 시작한 로그인이 아니거나 유효 시간이 지났습니다. 다시 로그인해 주세요.',
  ],
  ['state_missing', '이 브라우저에서 시작한 로그인인지 확인할 수 없습니다. 다시 로그인해 주세요.'],
  ['begun_elsewhere', '다른 사이트에서 시작된 로그인입니다. 아래 버튼을 눌러 다시 로그인해 주세요.'],
  ['bad_callback', '로그인 주소가 올바르지 않습니다. 다시 로그인해 주세요.'],
  ['wrong_method', '로그인 주소가 올바르지 않습니다. 다시 로그인해 주세요.'],
  ['not_a_navigation', '로그인 주소는 브라우저에서 직접 열어야 합니다.'],
  ['prefetch', '페이지를 새로 고쳐 주세요.'],
  ['unknown_user', '등록되지 않은 직원입니다. 관리자에게 문의해 주세요.'],
  ['not_found', '페이지를 찾을 수 없습니다.'],
  ['timeout', '하이웍스가 제시간에 응답하지 않았습니다. 잠시 후 다시 로그인해 주세요.'],
  ['busy', '지금은 로그인 요청이 많습니다. 잠시 후 다시 로그인해 주세요.'],
]);

/** How to sign in: the button, and in `MENU` the way through a Hiworks menu. */
const BUTTON = '<p><a href="/auth/hiworks">하이웍스로 로그인</a></p>';
export const MENU = '<p>하이웍스의 메뉴에서 이 앱을 열면 로그인됩니다.</p>';

/** The home page, for a user or for somebody who has not signed in (`undefined`). */
export function homePage(user, login = BUTTON) {
  return page(
    user
      ? `<p><strong>${escapeHTML(user.name)}</strong> 님, 안녕하세요.</p>
<p>사용자 번호 ${escapeHTML(user.id)}${user.officeNo ? `, 오피스 번호 ${escapeHTML(user.officeNo)}` : ''}</p>
<p><a href="/inbox">받은 편지함</a></p>
<form method="post" action="/logout"><button>로그아웃</button></form>`
      : `${login}
<p><a href="/inbox">받은 편지함</a> (로그인이 필요합니다)</p>`,
  );
}

/** A page for signed-in users only. */
export function inboxPage(user) {
  return page(`<h1>받은 편지함</h1>
<p>${escapeHTML(user.name)} 님에게 온 편지가 없습니다.</p>
<p><a href="/">처음으로</a></p>`);
}

/**
 * Tells people why they could not sign in. `failure` is Passport's `info` or the error. Of its texts, only Hiworks' own
 * words are shown: the `message` of an error is for the log, and may hold a proxy's password.
 */
export function failurePage(failure, login = BUTTON) {
  const words = isHiworksError(failure) ? failure.description : undefined;
  return page(`<h1>로그인하지 못했습니다</h1>
<p>${reason(failure)}</p>
${words ? `<p>하이웍스의 안내: ${escapeHTML(words)}</p>` : ''}
${login}`);
}

function reason(failure) {
  const known = REASONS.get(failure?.code);
  if (known) {
    return known;
  }
  if (!(failure instanceof Error)) {
    return '로그인할 수 없는 계정입니다. 관리자에게 문의해 주세요.';
  }
  if (!isHiworksError(failure)) {
    return '일시적인 오류로 로그인하지 못했습니다. 잠시 후 다시 로그인해 주세요.';
  }
  return failure.status >= 500
    ? '하이웍스에 연결하지 못했습니다. 잠시 후 다시 로그인해 주세요.'
    : '하이웍스가 로그인을 거부했습니다. 다시 로그인해 주세요.';
}

function page(content) {
  return `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>사내 도구</title>
<style>
  body { max-width: 28rem; margin: 15vh auto; padding: 0 1rem; font: 1.1rem/1.6 sans-serif; color: #2d2d2d; word-break: keep-all; overflow-wrap: anywhere; }
  a[href='/auth/hiworks'] { display: inline-block; padding: .6rem 1.2rem; border-radius: 8px; color: #fff; background: #006fab; text-decoration: none; }
</style>
${content}
</html>
`;
}

function escapeHTML(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
