import {
  HiworksProfileError,
  HiworksTokenError,
  HiworksTransportError,
  isHiworksError,
} from 'passport-hiworks';

/** What went wrong, in words for the person in front of the browser. */
export interface Problem extends Explanation {
  /** The page's HTTP status. */
  status: number;
  /** For the person's administrator; Hiworks' own words above all, which have to be escaped. */
  detail?: string | undefined;
  /** The reason for the log. */
  log: string;
}

/** What the strategies' `fail` carries. */
export interface Refusal {
  code?: string;
  message?: string;
  officeNo?: string;
}

interface Explanation {
  status?: number;
  title: string;
  advice: string;
  /** The way on, if there is one beside the home page. */
  action?: { label: string; href: string };
}

const SIGN_IN_AGAIN = { label: '다시 로그인', href: '/auth/hiworks' };

const NOT_FOUND: Explanation = {
  title: '페이지를 찾을 수 없습니다',
  advice: '주소를 확인하거나 처음 화면에서 다시 시작해 주세요.',
};

const NOT_THIS_LOGIN: Explanation = {
  title: '이 브라우저에서 시작한 로그인이 아닙니다',
  advice: '로그인을 시작한 지 오래되었거나 다른 곳에서 만든 주소입니다. 다시 로그인해 주세요.',
  action: SIGN_IN_AGAIN,
};

/** By the `code` of what the strategies' `fail` carries; `unknown_employee` is the demo's own. */
const REFUSALS: Readonly<Record<string, Explanation>> = {
  access_denied: {
    title: '로그인을 취소했습니다',
    advice: '로그인하지 않고 돌아왔습니다. 언제든 다시 로그인할 수 있습니다.',
    action: SIGN_IN_AGAIN,
  },
  office_not_allowed: {
    title: '로그인할 수 없는 회사입니다',
    advice:
      '이 서비스는 허용된 회사의 직원만 사용할 수 있습니다. 다른 회사 계정으로 로그인되어 있다면 하이웍스에서 로그아웃한 뒤 다른 계정으로 로그인해 주세요.',
    action: { label: '다른 계정으로 로그인', href: '/auth/hiworks' },
  },
  unknown_employee: {
    status: 403,
    title: '등록되지 않은 직원입니다',
    advice:
      '하이웍스 메뉴로는 이 서비스에 미리 등록된 직원만 로그인할 수 있습니다. 관리자에게 등록을 요청해 주세요.',
  },
  no_pending_login: {
    title: '로그인 쿠키가 없습니다',
    advice:
      '브라우저가 쿠키를 막았거나, 로그인을 시작한 지 10분이 지났습니다. 쿠키를 허용한 뒤 다시 로그인해 주세요.',
    action: SIGN_IN_AGAIN,
  },
  state_mismatch: NOT_THIS_LOGIN,
  state_missing: NOT_THIS_LOGIN,
  begun_elsewhere: {
    title: '다른 사이트에서 시작한 로그인입니다',
    advice: '안전을 위해 로그인하지 않았습니다. 아래 버튼으로 다시 로그인해 주세요.',
    action: SIGN_IN_AGAIN,
  },
  wrong_path: NOT_FOUND,
};

/** Explains why nobody was signed in, from the `info` and `status` that the strategy's `fail` carried. */
export function explainRefusal({ code = '', message = '', officeNo }: Refusal, status = 401): Problem {
  const explanation = REFUSALS[code] ?? {
    title: '로그인 요청이 올바르지 않습니다',
    advice: '처음부터 다시 로그인해 주세요.',
    action: SIGN_IN_AGAIN,
  };
  const detail = officeNo && `로그인한 계정의 오피스 번호: ${officeNo}`;
  return { status, ...explanation, detail, log: `${code}: ${message}` };
}

/** Explains an error. The words of one that is not Hiworks' stay in the log. */
export function explainError(error: unknown): Problem {
  if (!isHiworksError(error)) {
    return {
      title: '문제가 생겼습니다',
      advice: '잠시 뒤에 다시 시도해 주세요. 계속되면 관리자에게 알려 주세요.',
      status: 500,
      log: error instanceof Error ? String(error.stack) : String(error),
    };
  }
  const { status, name, message, description } = error;
  return { ...explainHiworksError(error), status, detail: description, log: `${name}: ${message}` };
}

/** Explains an address that the demo does not have. */
export function explainNotFound(): Problem {
  return { ...NOT_FOUND, status: 404, log: 'no such page' };
}

function explainHiworksError(error: unknown): Explanation {
  if (error instanceof HiworksTokenError) {
    return {
      title: '하이웍스가 요청을 거절했습니다',
      advice: '로그인 정보가 만료되었거나 이미 사용되었을 수 있습니다. 다시 로그인해 주세요.',
      action: SIGN_IN_AGAIN,
    };
  }
  if (error instanceof HiworksProfileError) {
    return {
      title: '사용자 정보를 읽지 못했습니다',
      advice: '관리자에게 ‘내 정보 조회’ 권한을 확인해 달라고 요청해 주세요.',
    };
  }
  if (error instanceof HiworksTransportError && error.code === 'busy') {
    return {
      title: '지금 로그인하는 사용자가 많습니다',
      advice: '잠시 뒤에 다시 로그인해 주세요.',
      action: SIGN_IN_AGAIN,
    };
  }
  if (error instanceof HiworksTransportError) {
    return {
      title: error.code === 'timeout' ? '하이웍스가 응답하지 않습니다' : '하이웍스와 통신하지 못했습니다',
      advice: '하이웍스에 장애가 있는 것 같습니다. 잠시 뒤에 다시 시도하고, 계속되면 관리자에게 알려 주세요.',
      action: { label: '다시 시도', href: '/auth/hiworks' },
    };
  }
  return {
    title: '하이웍스에서 로그인을 마치지 못했습니다',
    advice: '처음부터 다시 로그인해 주세요.',
    action: SIGN_IN_AGAIN,
  };
}
