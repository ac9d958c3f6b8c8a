import { parseArgs } from 'node:util';

/** What the command line and the environment say. Times are in milliseconds. */
export interface ProbeArguments {
  yes: boolean;
  skipRefusal: boolean;
  output: string | undefined;
  wait: number;
  timeout: number;
  clientID: string | undefined;
  clientSecret: string | undefined;
  callbackURL: string | undefined;
  authorizationURL: string | undefined;
  tokenURL: string | undefined;
  userProfileURL: string | undefined;
}

/** The command line cannot be followed. */
export class UsageError extends Error {}

export const USAGE = `Usage: passport-hiworks probe [options]

Signs in to Hiworks with your client and your own account, and reports as Markdown
what Hiworks' documentation leaves open.

Options:
  --output FILE            write the report to FILE as well
  --skip-refusal           leave out the login that you are to refuse
  --wait SECONDS           how long to wait for the browser, each time (300)
  --timeout SECONDS        how long to wait for each answer of Hiworks (10)
  --yes                    ask nothing; the environment has to say everything
  --authorization-url URL  another address than Hiworks' own: https, or http on
  --token-url URL          this machine (or HIWORKS_AUTHORIZATION_URL,
  --profile-url URL        HIWORKS_TOKEN_URL, HIWORKS_PROFILE_URL)
  --help, --version

Environment, otherwise asked for:
  HIWORKS_CLIENT_ID, HIWORKS_CLIENT_SECRET
  HIWORKS_CALLBACK_URL     the registered one: http://localhost:PORT/path
`;

/** Reads the arguments after the program's name. Throws a {@link UsageError} that names the wrong one. */
export function readArguments(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): ProbeArguments | 'help' | 'version' {
  const { values, positionals } = parse([...argv]);
  if (values.help || values.version) {
    return values.help ? 'help' : 'version';
  }
  if (positionals.length !== 1 || positionals[0] !== 'probe') {
    throw new UsageError(
      positionals.length ? `unknown command: ${positionals.join(' ')}` : 'a command is missing',
    );
  }
  return {
    yes: values.yes === true,
    skipRefusal: values['skip-refusal'] === true,
    output: values.output,
    wait: seconds('--wait', values.wait ?? '300'),
    timeout: seconds('--timeout', values.timeout ?? '10'),
    clientID: env.HIWORKS_CLIENT_ID || undefined,
    clientSecret: env.HIWORKS_CLIENT_SECRET || undefined,
    callbackURL: env.HIWORKS_CALLBACK_URL || undefined,
    authorizationURL: values['authorization-url'] ?? (env.HIWORKS_AUTHORIZATION_URL || undefined),
    tokenURL: values['token-url'] ?? (env.HIWORKS_TOKEN_URL || undefined),
    userProfileURL: values['profile-url'] ?? (env.HIWORKS_PROFILE_URL || undefined),
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        output: text,
        wait: text,
        timeout: text,
        'authorization-url': text,
        'token-url': text,
        'profile-url': text,
        yes: flag,
        'skip-refusal': flag,
        help: flag,
        version: flag,
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function seconds(option: string, value: string): number {
  const milliseconds = Number(value) * 1000;
  if (!(milliseconds >= 1 && milliseconds <= 86_400_000)) {
    throw new UsageError(`${option} must be a number of seconds, at most 86400`);
  }
  return milliseconds;
}
