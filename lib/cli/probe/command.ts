import { writeFileSync } from 'node:fs';
import { type HiworksSettings, readStrategyOptions } from '../../options.js';
import { about, type Command, INTERRUPTED, say, UsageError } from '../command.js';
import { listenForCallbacks } from './loopback.js';
import { type ProbeOptions, readProbeOptions } from './options.js';
import { probe as runProbe } from './probe.js';
import { isComplete, report } from './report.js';
import { Terminal } from './terminal.js';
import { TEXTS } from './texts.js';

/** `passport-hiworks probe`: finds out what Hiworks' documentation leaves open. */
export const probe: Command = {
  usage: TEXTS.usage,
  async run(args) {
    const options = readProbeOptions(args, process.env);
    process.on('SIGINT', stop);
    say(TEXTS.introduction);
    const terminal = options.yes ? undefined : new Terminal(process.stdin, process.stderr, stop);
    try {
      return await run(options, terminal);
    } finally {
      terminal?.close();
    }
  },
};

function stop(): void {
  say(`\n${TEXTS.stopped}`);
  process.exit(INTERRUPTED);
}

async function run(options: ProbeOptions, terminal: Terminal | undefined): Promise<number> {
  const settings = await readSettings(options, terminal);
  const { authorizationURL, tokenURL, userProfileURL } = settings;
  say(
    [TEXTS.addresses, ...[authorizationURL, tokenURL, userProfileURL].map((url) => `  ${url}`), ''].join(
      '\n',
    ),
  );
  if (terminal && !/^y(es)?$/i.test(await terminal.ask(TEXTS.goOn))) {
    say(TEXTS.nothingSent);
    return 1;
  }

  const callbacks = await listenForCallbacks(settings.callbackURL as string);
  try {
    const skipped = () => terminal?.entered('s') ?? new Promise<void>(() => undefined);
    const findings = await runProbe(
      settings,
      {
        say,
        async signIn(login, url) {
          say(`\n${TEXTS.login[login]}\n\n  ${url}\n\n${TEXTS.waiting(options.wait / 1000)}`);
          const callback = await callbacks.next(options.wait, skipped());
          say(typeof callback === 'string' ? TEXTS.noCallback : TEXTS.arrived);
          return callback;
        },
      },
      options.skipRefusal,
    );
    const text = report(findings, about());
    process.stdout.write(text);
    if (options.output !== undefined) {
      writeFileSync(options.output, text);
    }
    if (isComplete(findings)) {
      return 0;
    }
    say(`\n${TEXTS.gaps}`);
    return 1;
  } finally {
    callbacks.close();
  }
}

// Without a terminal, everything has to be in the environment.
async function readSettings(options: ProbeOptions, terminal: Terminal | undefined): Promise<HiworksSettings> {
  async function ask(name: string, value: string | undefined, hidden = false): Promise<string> {
    if (value !== undefined) {
      return value;
    }
    if (!terminal) {
      throw new UsageError(`with --yes there are no questions, and ${name} is not set in the environment`);
    }
    return terminal.ask(`${name}${hidden ? TEXTS.hidden : ''}: `, { hidden });
  }
  const clientID = await ask('HIWORKS_CLIENT_ID', options.clientID);
  const clientSecret = await ask('HIWORKS_CLIENT_SECRET', options.clientSecret, true);
  const callbackURL = await ask('HIWORKS_CALLBACK_URL', options.callbackURL);
  const { baseURL, authorizationURL, tokenURL, userProfileURL, timeout } = options;
  try {
    return readStrategyOptions({
      clientID,
      clientSecret,
      callbackURL,
      baseURL,
      authorizationURL,
      tokenURL,
      userProfileURL,
      timeout,
    });
  } catch (error) {
    throw new UsageError((error as Error).message.replace('HiworksStrategy: ', ''));
  }
}
