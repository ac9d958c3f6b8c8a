import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type HiworksServer, type Hosting, startHiworksServer } from '../../testing/server.js';
import { type Command, INTERRUPTED, localized, say } from '../command.js';
import { invalidOption, parseOptions } from '../option-values.js';
import { requestLine } from './request-line.js';

// Always the same, so that an .env file stays valid.
const CLIENT = { clientID: 'fake.open.apps', clientSecret: 'not-a-secret' };

const HOSTS = ['127.0.0.1', '0.0.0.0'];

// In Korean, as the pages are.
const INSTRUCTIONS = {
  callbackURL: `주소를 등록하려면 다음과 같이 다시 실행해 주세요.
npx passport-hiworks fake --callback-url 주소
이 옵션 없이 실행하면 처음 로그인할 때 받은 주소가 등록됩니다.`,
  ssoURL: `메뉴가 여는 주소를 등록하려면 다음과 같이 다시 실행해 주세요.
npx passport-hiworks fake --sso-url 주소`,
};

const FAKE_USAGE = localized({
  en: `Usage: passport-hiworks fake [options]

Runs a fake Hiworks for an application under development. Options:
  --port PORT          the port (4000); 0 for any free one
  --host ADDRESS       127.0.0.1, or 0.0.0.0 for all addresses of a container
  --callback-url URL   the registered redirect URL (the redirect_uri of the first login)
  --sso-url URL        where the Hiworks menu ("SSO 외부로 연동") leads
  --echo-state         return \`state\` at the callback; it is not known whether Hiworks does
  --users FILE         a JSON array of { userNo, officeNo, userId, name, employeeNo? }
`,
  ko: `사용법: passport-hiworks fake [옵션]

개발 중인 애플리케이션을 위한 가짜 하이웍스를 실행합니다. 옵션:
  --port PORT          포트 번호(4000). 0이면 비어 있는 포트
  --host ADDRESS       127.0.0.1. 컨테이너에서는 모든 주소로 여는 0.0.0.0
  --callback-url URL   등록된 콜백 URL. 지정하지 않으면 첫 로그인의 redirect_uri
  --sso-url URL        하이웍스 메뉴(SSO 외부로 연동)가 여는 주소
  --echo-state         콜백에서 \`state\`를 반환. 실제 하이웍스의 반환 여부는 알려지지 않음
  --users FILE         { userNo, officeNo, userId, name, employeeNo? }의 JSON 배열
`,
});

/** `passport-hiworks fake`: the server of `passport-hiworks/testing` as a process of its own. */
export const fake: Command = {
  usage: FAKE_USAGE,
  async run(args) {
    const text = { type: 'string' } as const;
    const { port, host, users, ...options } = parseOptions(args, {
      port: { type: 'string', default: '4000' },
      host: { type: 'string', default: '127.0.0.1' },
      'callback-url': text,
      'sso-url': text,
      'echo-state': { type: 'boolean' },
      users: text,
    });
    if (!HOSTS.includes(host)) {
      throw invalidOption(`--host must be ${HOSTS.join(' or ')}`);
    }
    const server = {
      ...CLIENT,
      port: /^\d+$/.test(port) ? Number(port) : Number.NaN,
      callbackURL: options['callback-url'],
      ssoURL: options['sso-url'],
      echoState: options['echo-state'],
      users: users === undefined ? undefined : readJSON(users),
    };
    const observe: Hosting['observe'] = (...exchange) => say(requestLine(...exchange));
    const hosting = { host, isProgram: true, instructions: INSTRUCTIONS, observe };
    const hiworks = await startHiworksServer(server, hosting).catch((error) => {
      throw explained(error, port);
    });
    // Listened for before the output, at which a parent process may send the signal.
    const interrupted = once(process, 'SIGINT');
    say(introduction(hiworks));
    process.stdout.write(environment(hiworks, server.ssoURL !== undefined));
    await interrupted;
    await hiworks.close();
    return INTERRUPTED;
  },
};

// In UTF-8, with or without a byte order mark.
function readJSON(file: string) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    throw invalidOption(`--users: ${(error as Error).message}`);
  }
}

function explained(error: Error & { code?: string }, port: string): Error {
  if (error instanceof TypeError) {
    // `createHiworksServer: \`callbackURL\`` is `--callback-url` here.
    const message = error.message.replace(/^createHiworksServer: |`|;.*/g, '');
    return invalidOption(`--${message.replace(/^(callback|sso)URL/, '$1-url')}`);
  }
  return new Error(
    localized({
      en: `port ${port} is not available (${error.code}); choose another with --port`,
      ko: `${port}번 포트를 사용할 수 없습니다(${error.code}). --port로 다른 포트를 지정하세요.`,
    }),
  );
}

function environment({ options, ssoOptions }: HiworksServer, withMenu: boolean): string {
  return `HIWORKS_CLIENT_ID=${options.clientID}
HIWORKS_CLIENT_SECRET=${options.clientSecret}
HIWORKS_BASE_URL=${options.baseURL}
${withMenu ? `HIWORKS_TOKENS_URL=${ssoOptions.tokensURL}\n` : ''}`;
}

function introduction({ url, users }: HiworksServer): string {
  const list = users.map((user) => `\n  ${user.userNo}  ${user.officeNo}  ${user.userId}  ${user.name}`).join('');
  return localized({
    en: `The fake Hiworks is running at ${url} (Ctrl-C to stop). Users (user_no, office_no, user_id, name):${list}`,
    ko: `가짜 하이웍스를 ${url} 에서 실행 중입니다(종료: Ctrl-C). 사용자(user_no, office_no, user_id, name):${list}`,
  });
}
