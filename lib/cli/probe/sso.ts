import { randomBytes } from 'node:crypto';
import { hasDotSegment, MENU_TOKENS_URL, MenuTokenAPI } from '../../sso/menu-token.js';
import { checkOption, endpointURL, withDefault } from '../../util/checks.js';
import { type Command, say, UsageError, versionLine } from '../command.js';
import { parseOptions, readSeconds } from '../option-values.js';
import { listenForCallbacks } from './callback-server.js';
import { type Finding, replyTo } from './findings.js';
import { report } from './report.js';
import { begin } from './terminal.js';

const USAGE = `Usage: passport-hiworks probe sso [options]

Waits for a click on a Hiworks menu, and reports what it brings.

하이웍스 메뉴(SSO 외부로 연동)를 클릭하면 무엇이 오는지 확인하고, 보고서(영어)를 출력합니다.

옵션:
  --url URL          하이웍스에 등록한 URL: http://localhost:PORT/path (또는 HIWORKS_SSO_URL)
  --wait SECONDS     클릭을 기다리는 시간, 초 (300)
  --timeout SECONDS  하이웍스의 응답을 요청마다 기다리는 시간, 초 (10)
  --tokens-url URL   하이웍스 대신 사용할 주소 (또는 HIWORKS_TOKENS_URL)
  --help, --version
`;

const INTRODUCTION = `probe sso는 하이웍스 메뉴를 클릭했을 때 무엇이 전달되는지 확인합니다. 받은 토큰을
하이웍스에 두 번, 임의로 만든 토큰을 한 번 보냅니다.`;

/** `passport-hiworks probe sso`: what a click on a Hiworks menu brings, and what `v4/tokens` responds. */
export const probeSSO: Command = {
  usage: USAGE,
  async run(args) {
    const text = { type: 'string' } as const;
    const options = parseOptions(args, { url: text, wait: text, timeout: text, 'tokens-url': text });
    const registeredURL = options.url || process.env.HIWORKS_SSO_URL;
    if (!registeredURL) {
      throw new UsageError('하이웍스에 등록한 URL을 --url이나 환경 변수 HIWORKS_SSO_URL로 지정하세요.');
    }
    const wait = readSeconds('--wait', options.wait ?? '300');
    const timeout = readSeconds('--timeout', options.timeout ?? '10');
    const tokensURL = readTokensURL(options['tokens-url'] || process.env.HIWORKS_TOKENS_URL);
    const menu = new MenuTokenAPI({ tokensURL, timeout, agent: undefined, customHeaders: {} });
    begin(INTRODUCTION);

    const clicks = await listenForCallbacks(registeredURL);
    say(`하이웍스에서 메뉴를 클릭하세요. 메뉴는 ${registeredURL} 로 연결되어 있어야 합니다.`);
    say(`클릭을 기다리는 중입니다(최대 ${wait / 1000}초) …`);
    const click = await clicks.next(wait);

    const exchanges: Finding[] = [{ sent: 'a click on the menu', came: click }];
    const received = typeof click === 'string' ? [] : click.query.getAll('token');
    const token = received.find((token) => token && !hasDotSegment(token));
    for (const value of token ? [token, token, randomBytes(16).toString('hex')] : []) {
      const sent = value === token ? 'the token' : 'a made-up token';
      exchanges.push({ sent, came: await replyTo(menu.request(value)) });
    }
    clicks.close();
    const findings = { origin: tokensURL.origin, exchanges, secrets: [], advice: [] };
    process.stdout.write(report(findings, versionLine()));
    return token ? 0 : 1;
  },
};

function readTokensURL(tokensURL: string | undefined): URL {
  try {
    const check = withDefault(new URL(MENU_TOKENS_URL), endpointURL);
    return checkOption('probe sso', '--tokens-url', tokensURL || undefined, check);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
