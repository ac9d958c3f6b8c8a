import {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksTokenError,
  HiworksTransportError,
} from './errors.js';

/** The languages of {@link visitorMessage}: Korean and English. */
export type VisitorLanguage = 'ko' | 'en';

type Message = Readonly<Record<VisitorLanguage, string>>;

const GENERAL: Message = {
  ko: '로그인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
  en: 'Sign-in failed. Please try again in a moment.',
};

const START_AGAIN: Message = {
  ko: '로그인 요청을 확인할 수 없습니다. 처음부터 다시 로그인해 주세요.',
  en: 'This sign-in could not be verified. Please start again.',
};

const BAD_REQUEST: Message = {
  ko: '로그인 요청이 올바르지 않습니다. 처음부터 다시 로그인해 주세요.',
  en: 'This sign-in request is not valid. Please start again.',
};

const REFUSED: Message = {
  ko: '하이웍스가 로그인을 거부했습니다. 처음부터 다시 로그인해 주세요.',
  en: 'Hiworks refused the sign-in. Please start again.',
};

const HIWORKS_ERROR: Message = {
  ko: '하이웍스에서 오류가 발생해 로그인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
  en: 'Hiworks reported an error. Please try again in a moment.',
};

const NO_PROFILE: Message = {
  ko: '하이웍스에서 사용자 정보를 가져오지 못했습니다. 계속되면 관리자에게 문의해 주세요.',
  en: 'Hiworks did not provide your profile. If this keeps happening, contact your administrator.',
};

const UNAVAILABLE: Message = {
  ko: '하이웍스에 연결하지 못했습니다. 잠시 후 다시 시도해 주세요.',
  en: 'Hiworks could not be reached. Please try again in a moment.',
};

const BAD_RESPONSE: Message = {
  ko: '하이웍스의 응답을 처리하지 못했습니다. 계속되면 관리자에게 문의해 주세요.',
  en: 'The response from Hiworks could not be processed. If this keeps happening, contact your administrator.',
};

const BY_CODE: Readonly<Record<string, Message>> = {
  access_denied: {
    ko: '하이웍스에서 로그인을 취소했습니다. 다시 시도하려면 로그인 버튼을 눌러 주세요.',
    en: 'You cancelled the sign-in at Hiworks. To try again, press the sign-in button.',
  },
  office_not_allowed: {
    ko: '이 서비스를 사용할 수 없는 회사의 하이웍스 계정입니다. 다른 계정으로 로그인해 주세요.',
    en: 'Your Hiworks account belongs to a company that cannot use this service. Please use another account.',
  },
  no_pending_login: {
    ko: '로그인 시간이 지났거나 이미 처리된 로그인입니다. 다시 로그인하고, 계속되면 브라우저의 쿠키 차단을 해제해 주세요.',
    en: 'This sign-in has expired or was already used. Please start again; if it keeps failing, allow cookies in your browser.',
  },
  state_mismatch: START_AGAIN,
  state_missing: START_AGAIN,
  begun_elsewhere: {
    ko: '보안을 위해 다른 사이트의 링크로 시작한 로그인은 진행하지 않습니다. 이 페이지에서 다시 로그인해 주세요.',
    en: 'For your security, a sign-in started from another site does not continue. Please start again from this page.',
  },
  bad_callback: BAD_REQUEST,
  wrong_method: BAD_REQUEST,
  wrong_path: {
    ko: '로그인 주소가 올바르지 않습니다. 하이웍스 메뉴에서 다시 열어 주세요.',
    en: 'This sign-in address is not valid. Please open it from the Hiworks menu again.',
  },
  not_a_navigation: {
    ko: '이 방법으로는 로그인할 수 없습니다. 로그인 페이지를 새로 고친 뒤 다시 시도해 주세요.',
    en: 'You cannot sign in this way. Please reload the sign-in page and try again.',
  },
  prefetch: {
    ko: '아직 로그인을 시작하지 않았습니다. 로그인 버튼을 눌러 주세요.',
    en: 'The sign-in has not started yet. Please press the sign-in button.',
  },
  ERR: REFUSED,
  server_error: HIWORKS_ERROR,
  temporarily_unavailable: HIWORKS_ERROR,
  timeout: UNAVAILABLE,
  connection_failed: UNAVAILABLE,
  busy: {
    ko: '지금 로그인 요청이 많습니다. 잠시 후 다시 시도해 주세요.',
    en: 'Too many people are signing in right now. Please try again in a moment.',
  },
  unexpected_status: UNAVAILABLE,
  redirected: BAD_RESPONSE,
  too_large: BAD_RESPONSE,
  not_json: BAD_RESPONSE,
  wrong_shape: BAD_RESPONSE,
};

const ERRORS = [
  [HiworksTokenError, REFUSED],
  [HiworksProfileError, NO_PROFILE],
  [HiworksAuthorizationError, HIWORKS_ERROR],
] as const;

/**
 * The text to show the user after a failed login: one or two sentences of plain text, to be escaped like any other.
 *
 * `reason` is the `info` of a failure, an error of any kind, or a `code` alone (`?reason=office_not_allowed`). Anything
 * else, an unknown code included, gets a general sentence. Never throws, and never contains text from a URL, from Hiworks
 * or from an error's `message`.
 */
export function visitorMessage(reason: unknown, language: VisitorLanguage = 'ko'): string {
  return messageFor(reason)[language === 'en' ? 'en' : 'ko'];
}

function messageFor(reason: unknown): Message {
  try {
    return (
      ERRORS.find(([HiworksError]) => reason instanceof HiworksError)?.[1] ?? messageForCode(codeOf(reason))
    );
  } catch {
    // A getter of a foreign error may throw.
    return GENERAL;
  }
}

function messageForCode(code: unknown): Message {
  return typeof code === 'string' && Object.hasOwn(BY_CODE, code) ? (BY_CODE[code] as Message) : GENERAL;
}

function codeOf(reason: unknown): unknown {
  if (typeof reason !== 'object' || reason === null) {
    return reason;
  }
  // In another library's error, a code means something else.
  return reason instanceof Error && !(reason instanceof HiworksTransportError)
    ? undefined
    : (reason as { code?: unknown }).code;
}
