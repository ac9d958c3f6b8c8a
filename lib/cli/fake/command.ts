import { once } from 'node:events';
import { type HiworksServer, startHiworksServer } from '../../testing/server.js';
import { type Command, INTERRUPTED, inLanguage, say, UsageError } from '../command.js';
import { parseOptions, readPort } from '../option-values.js';
import { requestLine } from './request-line.js';

// Always the same, so that an .env file stays good.
const CLIENT = { clientID: 'fake.open.apps', clientSecret: 'not-a-secret' };

const HOSTS = ['127.0.0.1', '0.0.0.0'];

const USAGE = inLanguage({
  en: `Usage: passport-hiworks fake [options]

Runs a fake Hiworks for an application under development: whoever opens its
sign-in page chooses who to be. Prints the environment variables that lead an
application to it on stdout, and the requests that it gets on stderr.

Options:
  --port PORT          the port (4000)
  --host ADDRESS       127.0.0.1, or 0.0.0.0 for all addresses of a container
  --callback-url URL   the registered redirect URL; without it, the first
                       redirect_uri that is sent
  --sso-url URL        where the menu of http://127.0.0.1:PORT leads
                       ("SSO 외부로 연동")
  --echo-state         return \`state\` at the callback; it is not known whether
                       Hiworks does
  --help, --version
`,
  ko: `사용법: passport-hiworks fake [옵션]

개발 중인 애플리케이션을 위한 가짜 하이웍스를 실행합니다. 로그인 페이지에서 비밀번호
없이 사용자를 고를 수 있습니다. 애플리케이션에 설정할 환경 변수는 stdout에, 받은 요청은
stderr에 출력합니다.

옵션:
  --port PORT          포트 번호 (4000)
  --host ADDRESS       127.0.0.1. 컨테이너에서는 모든 주소로 여는 0.0.0.0
  --callback-url URL   등록된 콜백 URL. 지정하지 않으면 처음 받은 redirect_uri
  --sso-url URL        http://127.0.0.1:PORT 의 메뉴가 여는 주소 (SSO 외부로 연동)
  --echo-state         콜백에서 \`state\`를 반환. 실제 하이웍스의 반환 여부는 알려지지 않음
  --help, --version
`,
});

/** `passport-hiworks fake`: the server of `passport-hiworks/testing` as a process of its own. */
export const fake: Command = {
  usage: USAGE,
  async run(args) {
    const text = { type: 'string' } as const;
    const options = parseOptions(args, {
      port: { type: 'string', default: '4000' },
      host: { type: 'string', default: '127.0.0.1' },
      'callback-url': text,
      'sso-url': text,
      'echo-state': { type: 'boolean' },
    });
    if (!HOSTS.includes(options.host)) {
      throw new UsageError(`--host must be ${HOSTS.join(' or ')}`);
    }
    const server = {
      ...CLIENT,
      port: readPort('--port', options.port),
      callbackURL: options['callback-url'],
      ssoURL: options['sso-url'],
      echoState: options['echo-state'],
    };
    const observe = (...exchange: Parameters<typeof requestLine>) => say(requestLine(...exchange));
    const hiworks = await startHiworksServer(server, { host: options.host, observe }).catch((error) => {
      throw explained(error);
    });
    // Before it says that it runs: whoever waits for that may press Ctrl-C at once.
    const interrupted = once(process, 'SIGINT');
    say(introduction(hiworks));
    process.stdout.write(environment(hiworks, server.ssoURL !== undefined));
    await interrupted;
    await hiworks.close();
    return INTERRUPTED;
  },
};

function explained(error: Error): Error {
  if (error instanceof TypeError) {
    return new UsageError(
      error.message.replace('callbackURL', '--callback-url').replace('ssoURL', '--sso-url'),
    );
  }
  return new Error(`${error.message}; choose another with --port`);
}

function environment({ options, ssoOptions }: HiworksServer, withMenu: boolean): string {
  const lines = [
    `HIWORKS_CLIENT_ID=${options.clientID}`,
    `HIWORKS_CLIENT_SECRET=${options.clientSecret}`,
    `HIWORKS_BASE_URL=${options.baseURL}`,
    ...(withMenu ? [`HIWORKS_TOKENS_URL=${ssoOptions.tokensURL}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function introduction({ url, users }: HiworksServer): string {
  const list = users.map(
    ({ name, userId, userNo, officeNo }) => `  ${userNo}  ${officeNo}  ${userId}  ${name}\n`,
  );
  return inLanguage({
    en: `A fake Hiworks at ${url}; Ctrl-C ends it. Its users (user_no, office_no, user_id, name):\n${list.join('')}`,
    ko: `가짜 하이웍스를 ${url} 에서 실행 중입니다. 종료: Ctrl-C. 사용자(user_no, office_no, user_id, name):\n${list.join('')}`,
  });
}
