import {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksTokenError,
  HiworksTransportError,
} from 'passport-hiworks';

const AGAIN = '아래 버튼을 눌러 처음부터 다시 로그인해 주세요.';
const LATER = '잠시 후 다시 로그인해 주세요. 계속되면 관리자에게 알려 주세요.';
const ADMIN = '관리자에게 이 화면을 보여 주세요.';

/** Title and advice by `info.code`. */
export const failures = {
  access_denied: [
    '로그인을 취소했습니다',
    '하이웍스에서 로그인을 마치지 않았습니다. 언제든 다시 로그인할 수 있습니다.',
  ],
  office_not_allowed: [
    '우리 회사 계정이 아닙니다',
    '하이웍스에서 로그아웃한 뒤 회사 계정으로 다시 로그인해 주세요.',
  ],
  no_pending_login: [
    '쿠키를 확인할 수 없습니다',
    `쿠키가 차단되었거나 로그인을 시작한 지 오래되었습니다. 쿠키를 허용한 뒤 ${AGAIN}`,
  ],
  state_mismatch: [
    '오래된 로그인 주소입니다',
    `이미 사용한 주소이거나 다른 브라우저에서 시작한 로그인입니다. ${AGAIN}`,
  ],
  state_missing: ['로그인을 확인할 수 없습니다', `${AGAIN} 계속되면 ${ADMIN}`],
  begun_elsewhere: [
    '버튼을 한 번 눌러 주세요',
    `다른 사이트의 링크로 시작한 로그인은 안전을 위해 여기서 멈춥니다. ${AGAIN}`,
  ],
  bad_callback: ['잘못된 주소입니다', AGAIN],
  wrong_method: ['잘못된 요청입니다', AGAIN],
  wrong_path: ['페이지를 찾을 수 없습니다', '하이웍스 메뉴에서 다시 열어 주세요.'],
  not_a_navigation: ['로그인이 필요합니다', '페이지를 새로 고친 뒤 다시 로그인해 주세요.'],
  prefetch: ['로그인 준비 중입니다', '페이지를 새로 고쳐 주세요.'],
};

/** Title and advice by the code of a HiworksTransportError. */
export const transportErrors = {
  timeout: ['하이웍스가 응답하지 않습니다', LATER],
  busy: ['로그인이 몰리고 있습니다', LATER],
  connection_failed: ['하이웍스에 연결할 수 없습니다', LATER],
  too_large: ['하이웍스의 응답을 읽을 수 없습니다', LATER],
  redirected: ['하이웍스의 응답을 읽을 수 없습니다', LATER],
  unexpected_status: ['하이웍스에 문제가 있습니다', LATER],
  not_json: ['하이웍스의 응답을 읽을 수 없습니다', LATER],
  wrong_shape: ['하이웍스의 응답을 읽을 수 없습니다', LATER],
};

/** Title and advice for what stopped a login: `info` of a failure, or an error. */
export function reasonFor(problem) {
  if (problem instanceof HiworksTransportError) return transportErrors[problem.code];
  if (problem instanceof HiworksTokenError) return ['하이웍스가 로그인을 거부했습니다', AGAIN];
  if (problem instanceof HiworksProfileError) return ['사용자 정보를 읽을 수 없습니다', ADMIN];
  if (problem instanceof HiworksAuthorizationError) return ['하이웍스에서 로그인을 마치지 못했습니다', AGAIN];
  if (Object.hasOwn(failures, problem?.code ?? '')) return failures[problem.code];
  return ['로그인하지 못했습니다', LATER];
}
