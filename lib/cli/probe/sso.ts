import { randomBytes } from 'node:crypto';
import { MENU_TOKENS_URL, MenuTokenAPI } from '../../sso/menu-token.js';
import { endpointURL, readOptions as readTable, withDefault } from '../../util/checks.js';
import { about, type Command, INTERRUPTED, say, UsageError } from '../command.js';
import { parseOptions, readSeconds } from '../option-values.js';
import { describeCallback, describeResult, table } from './describe.js';
import { type Result, resultOf } from './findings.js';
import { type Callback, listenForCallbacks } from './loopback.js';
import { cleaner } from './mask.js';
import { SSO_TEXTS } from './sso-texts.js';

/** `passport-hiworks probe sso`: what a click on a Hiworks menu brings, and what `v4/tokens` says of it. */
export const probeSSO: Command = {
  usage: SSO_TEXTS.usage,
  async run(args) {
    const options = readOptions(args);
    process.on('SIGINT', () => {
      say(`\n${SSO_TEXTS.stopped}`);
      process.exit(INTERRUPTED);
    });
    say(SSO_TEXTS.introduction);
    const clicks = await listenForCallbacks(options.ssoURL);
    try {
      say(SSO_TEXTS.click(options.ssoURL, options.wait / 1000));
      const click = await clicks.next(options.wait, new Promise(() => undefined));
      const token = typeof click === 'string' ? undefined : tokenOf(click);
      const madeUp = randomBytes(16).toString('hex');
      const results = token ? await request([token, token, madeUp], options) : [];
      process.stdout.write(report(click, results, madeUp, options.tokensURL));
      return token ? 0 : 1;
    } finally {
      clicks.close();
    }
  },
};

interface Options {
  ssoURL: string;
  tokensURL: URL;
  wait: number;
  timeout: number;
}

function readOptions(args: string[]): Options {
  const values = parseOptions(args, {
    url: { type: 'string', default: process.env.HIWORKS_SSO_URL },
    'tokens-url': { type: 'string', default: process.env.HIWORKS_TOKENS_URL },
    wait: { type: 'string', default: '300' },
    timeout: { type: 'string', default: '10' },
  });
  if (!values.url) {
    throw new UsageError('--url or HIWORKS_SSO_URL must say which URL is registered with Hiworks');
  }
  const given = values['tokens-url'] ? { tokensURL: values['tokens-url'] } : {};
  try {
    const { tokensURL } = readTable('probe sso', given, {
      tokensURL: withDefault(new URL(MENU_TOKENS_URL), endpointURL),
    });
    const { wait, timeout } = values;
    return {
      ssoURL: values.url,
      tokensURL,
      wait: readSeconds('--wait', wait),
      timeout: readSeconds('--timeout', timeout),
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

// Nothing but dots would be another path.
function tokenOf(click: URLSearchParams): string | undefined {
  return click.getAll('token').find((token) => token !== '' && !/^\.+$/.test(token));
}

// As documented: with a JSON Content-Type, and nothing that says who requests it.
async function request(tokens: string[], { tokensURL, timeout }: Options): Promise<Result[]> {
  const api = new MenuTokenAPI({ tokensURL, timeout, agent: undefined, customHeaders: {} });
  const results: Result[] = [];
  for (const token of tokens) {
    results.push(await resultOf(api.request(token)));
  }
  return results;
}

function report(click: Callback, results: Result[], madeUp: string, tokensURL: URL): string {
  const clean = cleaner({ secrets: [madeUp], callbacks: [click], results });
  const sent = ['the token', 'the same token again', 'a made-up token'];
  return [
    '## What a Hiworks menu does',
    '',
    `${about()}; requests went to ${tokensURL.href}.`,
    '',
    `The click carried: ${describeCallback(click, clean)}.`,
    '',
    ...table(
      ['sent', 'status', 'content type', 'response'],
      sent.map((what, index) => [what, ...describeResult(results[index], clean)]),
    ),
    '',
  ].join('\n');
}
