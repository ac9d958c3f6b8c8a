import {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksTokenError,
  HiworksTransportError,
} from 'passport-hiworks';

/** What went wrong, in words for the person in front of the browser. */
export interface Problem {
  /** The page's HTTP status. */
  status: number;
  title: string;
  advice: string;
  /** The exact reason, for the person's administrator. */
  detail?: string;
  /** The reason for the log. */
  log: string;
}

/** For an address that the demo does not have. */
export const NOT_FOUND = {
  title: '페이지를 찾을 수 없습니다',
  advice: '주소를 확인하거나 처음 화면에서 다시 시작해 주세요.',
};

/** Explains why nobody was signed in, from the `message` and `status` that the strategy's `fail` carried. */
export function explainRefusal(message: string, status: number | undefined): Problem {
  const officeNo = /office (\S+) is not one of allowedOffices/.exec(message)?.[1];
  if (officeNo !== undefined) {
    return {
      status: 403,
      log: message,
      title: '로그인할 수 없는 회사입니다',
      advice: `회사 번호 ${officeNo}의 계정은 이 서비스를 쓸 수 없습니다. 허용된 회사의 계정으로 다시 로그인해 주세요.`,
    };
  }
  const reason = { status: status ?? 401, detail: message, log: message };
  // Hiworks' `access_denied` is the one refusal without a status.
  if (status === undefined) {
    return {
      ...reason,
      title: '로그인을 취소했습니다',
      advice: '하이웍스에서 로그인을 마치지 않고 돌아왔습니다. 언제든 다시 로그인할 수 있습니다.',
    };
  }
  return {
    ...reason,
    title: '로그인을 마치지 못했습니다',
    advice: '로그인을 시작한 지 오래되었거나 이미 사용한 주소입니다. 처음부터 다시 로그인해 주세요.',
  };
}

/** Explains an error. The words of one that is not Hiworks' stay in the log. */
export function explainError(error: unknown): Problem {
  const [title, advice] = wordsFor(error);
  if (!isFromHiworks(error)) {
    return { status: 500, title, advice, log: error instanceof Error ? String(error.stack) : String(error) };
  }
  return {
    status: error.status,
    title,
    advice,
    detail: error.message,
    log: `${error.name}: ${error.message}`,
  };
}

function isFromHiworks(error: unknown): error is Error & { status: number } {
  return [HiworksAuthorizationError, HiworksProfileError, HiworksTokenError, HiworksTransportError].some(
    (kind) => error instanceof kind,
  );
}

function wordsFor(error: unknown): [title: string, advice: string] {
  if (error instanceof HiworksTokenError) {
    return [
      '하이웍스가 요청을 거절했습니다',
      '잠시 뒤에 다시 시도해 주세요. 계속되면 관리자에게 아래 내용을 알려 주세요.',
    ];
  }
  if (error instanceof HiworksProfileError) {
    return ['사용자 정보를 읽지 못했습니다', '관리자에게 ‘내 정보 조회’ 권한을 확인해 달라고 요청해 주세요.'];
  }
  if (error instanceof HiworksTransportError) {
    const title =
      error.code === 'timeout' ? '하이웍스가 제때 응답하지 않았습니다' : '하이웍스와 통신하지 못했습니다';
    return [title, '잠시 뒤에 다시 시도해 주세요. 계속되면 관리자에게 아래 내용을 알려 주세요.'];
  }
  if (error instanceof HiworksAuthorizationError) {
    return ['하이웍스에서 로그인을 마치지 못했습니다', '처음부터 다시 로그인해 주세요.'];
  }
  return ['문제가 생겼습니다', '잠시 뒤에 다시 시도해 주세요. 계속되면 관리자에게 알려 주세요.'];
}
