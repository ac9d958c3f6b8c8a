#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions, type Settings } from '../options.js';
import { type ProbeArguments, readArguments, USAGE, UsageError } from './arguments.js';
import type { LoginName } from './findings.js';
import { listenForCallbacks } from './loopback.js';
import { probe } from './probe.js';
import { isComplete, report } from './report.js';
import { Terminal } from './terminal.js';

const INTRODUCTION = `passport-hiworks probe finds out what Hiworks' documentation leaves open, with your
client and your own account. It will

  - wait for Hiworks' callback on this machine, at the callback URL of the client;
  - ask you to sign in in your browser: to refuse once, then once for each access_type
    (once more where no code comes back);
  - exchange the codes for tokens, one code twice, and a made-up code once;
  - refresh its own refresh token twice, and read user/v2/me twice.

It changes nothing at Hiworks, keeps no token, and sends nothing anywhere but to Hiworks.
The report holds no secret, token, code, name or number; still, read it before you post it.

`;

const WHAT_TO_DO: Record<LoginName, string> = {
  refusal:
    'Do NOT sign in this time: open this address in a private window and press cancel (취소, 거부) at Hiworks.\n' +
    'Is there nothing to press? Then enter s.',
  online: 'Sign in (access_type=online): open this address in your browser. An error page? Then enter s.',
  offline: 'Sign in (access_type=offline): open this address in your browser. An error page? Then enter s.',
};

const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function stop(): void {
  say('\nStopped; there is no report.');
  process.exit(130);
}

// Without a terminal, everything has to be in the environment.
async function readSettings(args: ProbeArguments, terminal: Terminal | undefined): Promise<Settings> {
  async function ask(name: string, value: string | undefined, hidden = false): Promise<string> {
    if (value !== undefined) {
      return value;
    }
    if (!terminal) {
      throw new UsageError(`--yes asks nothing, and ${name} is not set in the environment`);
    }
    return terminal.ask(`${name}${hidden ? ' (not shown)' : ''}: `, { hidden });
  }
  const clientID = await ask('HIWORKS_CLIENT_ID', args.clientID);
  const clientSecret = await ask('HIWORKS_CLIENT_SECRET', args.clientSecret, true);
  const callbackURL = await ask('HIWORKS_CALLBACK_URL', args.callbackURL);
  const { authorizationURL, tokenURL, userProfileURL, timeout } = args;
  try {
    return readOptions({
      clientID,
      clientSecret,
      callbackURL,
      authorizationURL,
      tokenURL,
      userProfileURL,
      timeout,
    });
  } catch (error) {
    throw new UsageError((error as Error).message.replace('HiworksStrategy: ', ''));
  }
}

async function run(args: ProbeArguments, terminal: Terminal | undefined): Promise<number> {
  const settings = await readSettings(args, terminal);
  const { authorizationURL, tokenURL, userProfileURL } = settings;
  say(`The addresses:\n${[authorizationURL, tokenURL, userProfileURL].map((url) => `  ${url}\n`).join('')}`);
  if (terminal && !/^y(es)?$/i.test(await terminal.ask('Go on? [y/N] '))) {
    say('Nothing was sent.');
    return 1;
  }

  const callbacks = await listenForCallbacks(settings.callbackURL as string);
  try {
    const skipped = () => terminal?.entered('s') ?? new Promise<void>(() => undefined);
    const findings = await probe(
      settings,
      {
        say,
        async signIn(login, url) {
          say(
            `\n${WHAT_TO_DO[login]}\n\n  ${url}\n\nWaiting for the browser, ${args.wait / 1000} s at most …`,
          );
          const callback = await callbacks.next(args.wait, skipped());
          say(typeof callback === 'string' ? 'No callback; going on.' : 'The callback has arrived.');
          return callback;
        },
      },
      args.skipRefusal,
    );
    const text = report(
      findings,
      `passport-hiworks ${version}, Node ${process.versions.node}, ${process.platform}`,
    );
    process.stdout.write(text);
    if (args.output !== undefined) {
      writeFileSync(args.output, text);
    }
    if (isComplete(findings)) {
      return 0;
    }
    say('\nNot every login led to tokens: the report has gaps.');
    return 1;
  } finally {
    callbacks.close();
  }
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2), process.env);
  if (typeof args === 'string') {
    process.stdout.write(args === 'help' ? USAGE : `${version}\n`);
    return 0;
  }
  process.on('SIGINT', stop);
  process.stderr.write(INTRODUCTION);
  const terminal = args.yes ? undefined : new Terminal(process.stdin, process.stderr, stop);
  try {
    return await run(args, terminal);
  } finally {
    terminal?.close();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    say(`passport-hiworks: ${error.message}${error instanceof UsageError ? `\n\n${USAGE}` : ''}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
