import { writeFileSync } from 'node:fs';
import { type HiworksSettings, readStrategyOptions } from '../../options.js';
import { type Command, say, UsageError, versionLine } from '../command.js';
import { parseOptions, readSeconds } from '../option-values.js';
import { listenForCallbacks } from './callback-server.js';
import { type LoginName, probeLogins } from './logins.js';
import { report } from './report.js';
import { begin, Terminal } from './terminal.js';

const USAGE = `Usage: passport-hiworks probe [options]

Signs in with your client and account, and reports how Hiworks responds.

내 계정으로 로그인해 문서에 없는 하이웍스의 동작을 확인하고, 보고서(영어)를 출력합니다.

옵션:
  --output FILE      보고서를 파일로도 저장
  --skip-refusal     로그인을 취소해 보는 단계를 생략
  --wait SECONDS     브라우저 로그인을 단계마다 기다리는 시간, 초 (300)
  --timeout SECONDS  하이웍스의 응답을 요청마다 기다리는 시간, 초 (10)
  --yes              묻지 않고 진행. 필요한 값은 모두 환경 변수로 지정
  --base-url URL     하이웍스 대신 사용할 주소 (또는 HIWORKS_BASE_URL)
  --help, --version

환경 변수(없으면 묻습니다): HIWORKS_CLIENT_ID, HIWORKS_CLIENT_SECRET,
HIWORKS_CALLBACK_URL(등록된 콜백 URL, http://localhost:PORT/path)
`;

const INTRODUCTION = `probe는 하이웍스 문서에 나와 있지 않은 동작을 내 클라이언트와 계정으로 직접 확인합니다.
브라우저에서 로그인을 한 번 취소하고, access_type마다 한 번씩 로그인합니다(코드가 오지 않으면 한 번 더).
콜백은 클라이언트에 등록된 콜백 URL(http://localhost:PORT/path)로 이 컴퓨터에서 기다립니다.
받은 코드와 리프레시 토큰은 두 번씩, 임의로 만든 코드는 한 번 보내고, user/v2/me를 두 번 조회합니다.`;

const ASK_TO_REFUSE =
  '이번에는 로그인하지 마세요. 시크릿 창에서 아래 주소를 열고, 하이웍스 화면에서 취소나 거부를\n누르세요. 누를 버튼이 없으면 s를 입력하세요.';

/** `passport-hiworks probe`: finds out what Hiworks' documentation leaves open. */
export const probe: Command = {
  usage: USAGE,
  async run(args) {
    const options = readCommandLine(args);
    begin(INTRODUCTION);
    const terminal = options.yes ? undefined : new Terminal(process.stdin, process.stderr);
    return run(options, terminal).finally(() => terminal?.close());
  },
};

type Options = ReturnType<typeof readCommandLine>;

function readCommandLine(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const texts = { output: text, wait: text, timeout: text, 'base-url': text };
  const options = parseOptions(args, { ...texts, yes: flag, 'skip-refusal': flag });
  const wait = readSeconds('--wait', options.wait ?? '300');
  return { ...options, wait, timeout: readSeconds('--timeout', options.timeout ?? '10') };
}

async function run(options: Options, terminal: Terminal | undefined): Promise<number> {
  const settings = await readSettings(options, terminal);
  say(`요청을 보낼 주소: ${settings.baseURL}`);
  if (terminal && !/^y(es)?$/i.test(await terminal.ask('계속할까요? [y/N] '))) {
    say('아무것도 전송하지 않았습니다.');
    return 1;
  }

  const callbacks = await listenForCallbacks(String(settings.callbackURL));
  async function signIn(login: LoginName, url: string) {
    const ask = `브라우저에서 아래 주소를 열고 로그인하세요(access_type=${login}). 오류 화면이 나오면 s를 입력하세요.`;
    say(`\n${login === 'refusal' ? ASK_TO_REFUSE : ask}\n\n  ${url}\n`);
    say(`브라우저를 기다리는 중입니다(최대 ${options.wait / 1000}초) …`);
    const arrival = await callbacks.next(options.wait, terminal?.entered('s'));
    const received = `콜백을 받았습니다. 하이웍스의 응답을 확인하는 중입니다(요청마다 최대 ${options.timeout / 1000}초) …`;
    say(typeof arrival === 'string' ? '콜백 없이 다음 단계로 넘어갑니다.' : received);
    return arrival;
  }
  const skipRefusal = options['skip-refusal'];
  const findings = await probeLogins(settings, signIn, { skipRefusal }).finally(callbacks.close);

  const text = report(findings, versionLine());
  process.stdout.write(text);
  if (options.output !== undefined) {
    writeFileSync(options.output, text);
  }
  return findings.isComplete ? 0 : 1;
}

// Without a terminal, everything has to be in the environment.
async function readSettings(options: Options, terminal: Terminal | undefined): Promise<HiworksSettings> {
  const { env } = process;
  async function setting(name: string, hidden = false): Promise<string> {
    const question = `${name}${hidden ? '(입력한 값은 보이지 않습니다)' : ''}: `;
    const value = env[name] || (await terminal?.ask(question, { hidden }));
    if (value === undefined) {
      throw new UsageError(`--yes를 지정하면 묻지 않으므로 환경 변수 ${name} 값이 필요합니다.`);
    }
    return value;
  }
  const given = {
    clientID: await setting('HIWORKS_CLIENT_ID'),
    clientSecret: await setting('HIWORKS_CLIENT_SECRET', true),
    callbackURL: await setting('HIWORKS_CALLBACK_URL'),
    baseURL: options['base-url'] ?? (env.HIWORKS_BASE_URL || undefined),
    timeout: options.timeout,
  };
  try {
    return readStrategyOptions(given);
  } catch (error) {
    throw new UsageError((error as Error).message.replace('HiworksStrategy: ', ''));
  }
}
