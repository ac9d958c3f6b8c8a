import { HiworksAuthorizationError, HiworksProfileError, HiworksTokenError, HiworksTransportError } from './errors.js';

/** The languages of {@link visitorMessage}: Korean and English. */
export type VisitorLanguage = 'ko' | 'en';

const MESSAGES = {
  ko: {
    general: '로그인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
    access_denied: '하이웍스에서 로그인을 취소했습니다. 다시 시도하려면 로그인 버튼을 눌러 주세요.',
    office_not_allowed: '이 서비스를 사용할 수 없는 회사의 하이웍스 계정입니다. 다른 계정으로 로그인해 주세요.',
    no_pending_login:
      '로그인 시간이 지났거나 이미 처리된 로그인입니다. 다시 로그인하고, 계속되면 브라우저의 쿠키 차단을 해제해 주세요.',
    state_mismatch: '로그인 요청을 확인할 수 없습니다. 처음부터 다시 로그인해 주세요.',
    begun_elsewhere:
      '보안을 위해 다른 사이트의 링크로 시작한 로그인은 진행하지 않습니다. 이 페이지에서 다시 로그인해 주세요.',
    bad_callback: '로그인 요청이 올바르지 않습니다. 처음부터 다시 로그인해 주세요.',
    wrong_path: '로그인 주소가 올바르지 않습니다. 하이웍스 메뉴에서 다시 열어 주세요.',
    not_a_navigation: '이 방법으로는 로그인할 수 없습니다. 로그인 페이지를 새로고침한 뒤 다시 시도해 주세요.',
    prefetch: '아직 로그인을 시작하지 않았습니다. 로그인 버튼을 눌러 주세요.',
    refused: '하이웍스가 로그인을 거부했습니다. 처음부터 다시 로그인해 주세요.',
    no_profile: '하이웍스에서 사용자 정보를 가져오지 못했습니다. 계속되면 관리자에게 문의해 주세요.',
    server_error: '하이웍스에서 오류가 발생해 로그인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
    busy: '지금 로그인 요청이 많습니다. 잠시 후 다시 시도해 주세요.',
    timeout: '하이웍스에 연결하지 못했습니다. 잠시 후 다시 시도해 주세요.',
    not_json: '하이웍스의 응답을 처리하지 못했습니다. 계속되면 관리자에게 문의해 주세요.',
  },
  en: {
    general: 'Sign-in failed. Please try again in a moment.',
    access_denied: 'You cancelled the sign-in at Hiworks. To try again, press the sign-in button.',
    office_not_allowed:
      'Your Hiworks account belongs to a company that cannot use this service. Please use another account.',
    no_pending_login:
      'This sign-in has expired or was already used. Please start again; if it keeps failing, allow cookies in your browser.',
    state_mismatch: 'This sign-in could not be verified. Please start again.',
    begun_elsewhere:
      'For your security, a sign-in started from another site does not continue. Please start again from this page.',
    bad_callback: 'This sign-in request is not valid. Please start again.',
    wrong_path: 'This sign-in address is not valid. Please open it from the Hiworks menu again.',
    not_a_navigation: 'You cannot sign in this way. Please reload the sign-in page and try again.',
    prefetch: 'The sign-in has not started yet. Please press the sign-in button.',
    refused: 'Hiworks refused the sign-in. Please start again.',
    no_profile: 'Hiworks did not provide your profile. If this keeps happening, contact your administrator.',
    server_error: 'Hiworks reported an error. Please try again in a moment.',
    busy: 'Too many people are signing in right now. Please try again in a moment.',
    timeout: 'Hiworks could not be reached. Please try again in a moment.',
    not_json: 'The response from Hiworks could not be processed. If this keeps happening, contact your administrator.',
  },
};

type Key = keyof typeof MESSAGES.ko;

// The other codes share a message with one of these.
const SHARED: Readonly<Record<string, Key>> = {
  state_missing: 'state_mismatch',
  wrong_method: 'bad_callback',
  ERR: 'refused',
  connection_failed: 'timeout',
  unexpected_status: 'timeout',
  redirected: 'not_json',
  too_large: 'not_json',
  wrong_shape: 'not_json',
};

/**
 * The text to show the user after a failed login: one or two sentences of plain text, to be escaped like any other.
 *
 * `reason` is the `info` of a failure, an error of any kind, or a `code` alone (`?reason=office_not_allowed`). Anything
 * else, an unknown code included, gets a general sentence. Never throws, and never contains text from a URL, from Hiworks
 * or from an error's `message`.
 */
export function visitorMessage(reason: unknown, language: VisitorLanguage = 'ko'): string {
  return MESSAGES[language === 'en' ? 'en' : 'ko'][keyFor(reason)];
}

function keyFor(reason: unknown): Key {
  try {
    if (reason instanceof HiworksTokenError) {
      return 'refused';
    }
    if (reason instanceof HiworksProfileError) {
      return 'no_profile';
    }
    if (reason instanceof HiworksAuthorizationError) {
      return 'server_error';
    }
    // In another library's error, a code means something else.
    const isForeign = reason instanceof Error && !(reason instanceof HiworksTransportError);
    const code = typeof reason === 'string' || isForeign ? reason : Object(reason).code;
    const key = Object.hasOwn(SHARED, code) ? SHARED[code] : code;
    return typeof key === 'string' && Object.hasOwn(MESSAGES.ko, key) ? (key as Key) : 'general';
  } catch {
    // A getter of a foreign error may throw.
    return 'general';
  }
}
