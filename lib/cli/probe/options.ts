import { parseOptions, readSeconds } from '../option-values.js';

/** What the command line and the environment say. Times are in milliseconds. */
export interface ProbeOptions {
  yes: boolean;
  skipRefusal: boolean;
  output: string | undefined;
  wait: number;
  timeout: number;
  clientID: string | undefined;
  clientSecret: string | undefined;
  callbackURL: string | undefined;
  baseURL: string | undefined;
  authorizationURL: string | undefined;
  tokenURL: string | undefined;
  userProfileURL: string | undefined;
}

/** Reads the options of `probe`. Throws a {@link UsageError} that names the wrong one. */
export function readProbeOptions(args: string[], env: NodeJS.ProcessEnv): ProbeOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = parseOptions(args, {
    output: text,
    wait: { type: 'string', default: '300' },
    timeout: { type: 'string', default: '10' },
    'base-url': text,
    'authorization-url': text,
    'token-url': text,
    'profile-url': text,
    yes: flag,
    'skip-refusal': flag,
  });
  return {
    yes: options.yes,
    skipRefusal: options['skip-refusal'],
    output: options.output,
    wait: readSeconds('--wait', options.wait),
    timeout: readSeconds('--timeout', options.timeout),
    clientID: env.HIWORKS_CLIENT_ID || undefined,
    clientSecret: env.HIWORKS_CLIENT_SECRET || undefined,
    callbackURL: env.HIWORKS_CALLBACK_URL || undefined,
    baseURL: options['base-url'] ?? (env.HIWORKS_BASE_URL || undefined),
    authorizationURL: options['authorization-url'] ?? (env.HIWORKS_AUTHORIZATION_URL || undefined),
    tokenURL: options['token-url'] ?? (env.HIWORKS_TOKEN_URL || undefined),
    userProfileURL: options['profile-url'] ?? (env.HIWORKS_PROFILE_URL || undefined),
  };
}
