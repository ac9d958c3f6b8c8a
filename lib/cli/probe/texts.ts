import { inLanguage } from '../command.js';
import type { LoginName, Step } from './findings.js';

/** What the probe says to the person at the terminal. */
interface Texts {
  usage: string;
  introduction: string;
  login: Record<LoginName, string>;
  step: Record<Step, string>;
  addresses: string;
  goOn: string;
  hidden: string;
  waiting(seconds: number): string;
  arrived: string;
  noCallback: string;
  nothingSent: string;
  requesting: string;
  gaps: string;
  stopped: string;
  inputEnded: string;
  wrongCallbackURL: string;
  cannotListen(reason: string): string;
}

const ENGLISH: Texts = {
  usage: `Usage: passport-hiworks probe [options]

Signs in to Hiworks with your client and your own account, and reports as Markdown
what Hiworks' documentation leaves open.

Options:
  --output FILE            write the report to FILE as well
  --skip-refusal           leave out the login that you are to refuse
  --wait SECONDS           how long to wait for the browser, each time (300)
  --timeout SECONDS        how long to wait for each response of Hiworks (10)
  --yes                    no questions; the environment has to say everything
  --base-url URL           another address than Hiworks' own: https, or http on
                           this machine (or HIWORKS_BASE_URL)
  --authorization-url URL  the same for one endpoint alone (or
  --token-url URL          HIWORKS_AUTHORIZATION_URL, HIWORKS_TOKEN_URL,
  --profile-url URL        HIWORKS_PROFILE_URL)
  --help, --version

Environment, otherwise you are prompted for:
  HIWORKS_CLIENT_ID, HIWORKS_CLIENT_SECRET
  HIWORKS_CALLBACK_URL     the registered one: http://localhost:PORT/path
`,
  introduction: `passport-hiworks probe finds out what Hiworks' documentation leaves open, with your
client and your own account. It will

  - wait for Hiworks' callback on this machine, at the callback URL of the client;
  - ask you to sign in in your browser: to refuse once, then once for each access_type
    (once more if no code comes back);
  - exchange the codes for tokens, one code twice, and a made-up code once;
  - refresh its own refresh token twice, and read user/v2/me twice.

It changes nothing at Hiworks, keeps no token, and sends nothing anywhere but to Hiworks.
The report holds no secret, token, code, name or number; still, read it before you post it.
`,
  login: {
    refusal:
      'Do NOT sign in this time: open this address in a private window and press cancel (취소, 거부) at Hiworks.\n' +
      'Is there nothing to press? Then enter s.',
    online: 'Sign in (access_type=online): open this address in your browser. An error page? Then enter s.',
    offline: 'Sign in (access_type=offline): open this address in your browser. An error page? Then enter s.',
  },
  step: {
    online: 'the code of the online login',
    profile: 'user/v2/me',
    profileBare: 'user/v2/me without a Content-Type',
    codeAgain: 'the same code again',
    offline: 'the code of the offline login',
    refresh: 'its refresh token',
    refreshAgain: 'the same refresh token again',
    wrongCode: 'a made-up code',
  },
  addresses: 'The addresses:',
  goOn: 'Go on? [y/N] ',
  hidden: ' (not shown)',
  waiting: (seconds) => `Waiting for the browser, ${seconds} s at most …`,
  arrived: 'The callback has arrived.',
  noCallback: 'No callback; going on.',
  nothingSent: 'Nothing was sent.',
  requesting: 'Sending to Hiworks:',
  gaps: 'Not every login led to tokens: the report has gaps.',
  stopped: 'Stopped; there is no report.',
  inputEnded: 'the input ended before every question was answered; use --yes and the environment instead',
  wrongCallbackURL:
    'the callback URL must be http://localhost:PORT/path, since the probe waits for the callback on this machine ' +
    'and has no certificate. It has to be the one registered for the client; Hiworks registers such URLs too',
  cannotListen: (reason) =>
    `cannot wait for the callback: ${reason}. Does another program listen there, the application itself perhaps? ` +
    'Stop it and try again',
};

const KOREAN: Texts = {
  usage: `사용법: passport-hiworks probe [옵션]

내 클라이언트와 계정으로 하이웍스에 로그인해, 하이웍스 문서에 나와 있지 않은 동작을
확인하고 Markdown 보고서로 출력합니다.

옵션:
  --output FILE            보고서를 파일로도 저장
  --skip-refusal           로그인을 취소해 보는 단계를 생략
  --wait SECONDS           브라우저 로그인을 단계마다 기다리는 시간, 초 (300)
  --timeout SECONDS        하이웍스의 응답을 요청마다 기다리는 시간, 초 (10)
  --yes                    묻지 않고 진행. 필요한 값은 모두 환경 변수로 지정
  --base-url URL           하이웍스 대신 사용할 주소. https 또는 이 컴퓨터의 http
                           (환경 변수 HIWORKS_BASE_URL도 가능)
  --authorization-url URL  엔드포인트 하나만 따로 지정 (환경 변수
  --token-url URL          HIWORKS_AUTHORIZATION_URL, HIWORKS_TOKEN_URL,
  --profile-url URL        HIWORKS_PROFILE_URL도 가능)
  --help, --version

환경 변수 (없으면 입력을 요청합니다):
  HIWORKS_CLIENT_ID, HIWORKS_CLIENT_SECRET
  HIWORKS_CALLBACK_URL     등록된 콜백 URL: http://localhost:PORT/path
`,
  introduction: `passport-hiworks probe는 하이웍스 문서에 나와 있지 않은 동작을 내 클라이언트와 계정으로
직접 확인합니다. 진행 순서는 다음과 같습니다.

  - 클라이언트에 등록된 콜백 URL로 오는 하이웍스의 콜백을 이 컴퓨터에서 기다립니다.
  - 브라우저에서 로그인을 요청합니다. 처음 한 번은 취소하고, 그다음 access_type마다
    한 번씩 로그인합니다(코드가 오지 않으면 한 번 더).
  - 받은 코드를 토큰으로 교환합니다. 코드 하나는 두 번 보내고, 임의로 만든 코드도 한 번 보냅니다.
  - 받은 리프레시 토큰으로 두 번 갱신하고, user/v2/me를 두 번 조회합니다.

하이웍스의 데이터는 변경하지 않으며, 토큰을 저장하거나 하이웍스 외의 곳으로 전송하지 않습니다.
보고서에는 시크릿, 토큰, 코드, 이름, 번호가 들어가지 않습니다. 그래도 공개하기 전에 한 번
읽어 보세요.
`,
  login: {
    refusal:
      '이번에는 로그인하지 마세요. 시크릿 창(비공개 창)에서 아래 주소를 열고, 하이웍스 화면에서 취소나 거부를 누르세요.\n' +
      '누를 버튼이 없으면 s를 입력하세요.',
    online:
      '브라우저에서 아래 주소를 열고 로그인하세요(access_type=online). 오류 화면이 나오면 s를 입력하세요.',
    offline:
      '브라우저에서 아래 주소를 열고 로그인하세요(access_type=offline). 오류 화면이 나오면 s를 입력하세요.',
  },
  step: {
    online: 'online 로그인의 코드',
    profile: 'user/v2/me 조회',
    profileBare: 'Content-Type 없이 user/v2/me 조회',
    codeAgain: '같은 코드 다시',
    offline: 'offline 로그인의 코드',
    refresh: '받은 리프레시 토큰',
    refreshAgain: '같은 리프레시 토큰 다시',
    wrongCode: '임의로 만든 코드',
  },
  addresses: '요청을 보낼 주소:',
  goOn: '계속할까요? [y/N] ',
  hidden: ' (입력한 값은 보이지 않습니다)',
  waiting: (seconds) => `브라우저를 기다리는 중입니다(최대 ${seconds}초) …`,
  arrived: '콜백을 받았습니다.',
  noCallback: '콜백 없이 다음 단계로 넘어갑니다.',
  nothingSent: '아무것도 전송하지 않았습니다.',
  requesting: '하이웍스에 전송:',
  gaps: '토큰을 받지 못한 로그인이 있어 보고서에 빈 항목이 있습니다.',
  stopped: '중단했습니다. 보고서는 작성되지 않았습니다.',
  inputEnded: '입력이 끝나 남은 질문에 답할 수 없습니다. --yes와 환경 변수를 사용하세요',
  wrongCallbackURL:
    '콜백 URL은 http://localhost:PORT/path 형식이어야 합니다. probe는 인증서 없이 이 컴퓨터에서 콜백을 기다립니다. ' +
    '클라이언트에 등록된 콜백 URL과 같아야 하며, 하이웍스에는 이런 URL도 등록할 수 있습니다',
  cannotListen: (reason) =>
    `콜백을 기다릴 수 없습니다: ${reason}. 애플리케이션 등 다른 프로그램이 같은 포트를 쓰고 있다면 종료한 뒤 다시 시도하세요`,
};

export const TEXTS: Texts = inLanguage({ en: ENGLISH, ko: KOREAN });
