#!/usr/bin/env node
import { type Command, localized, say, UsageError, version } from './command.js';
import { fake } from './fake/command.js';
import { probe } from './probe/command.js';
import { probeSSO } from './probe/sso.js';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['fake', fake],
  ['probe', probe],
  ['probe sso', probeSSO],
]);

const argv = process.argv.slice(2);
const optionsStart = [...argv, '-'].findIndex((argument) => argument.startsWith('-'));
const name = argv.slice(0, optionsStart).join(' ');
const command = COMMANDS.get(name);

async function main(options: string[]): Promise<number> {
  if (options.includes('--version')) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  if (options.includes('--help') && (command || name === '')) {
    process.stdout.write(command?.usage ?? Array.from(COMMANDS.values(), ({ usage }) => usage).join('\n'));
    return 0;
  }
  if (!command) {
    const names = [...COMMANDS.keys()].join(', ');
    throw new UsageError(
      localized({
        en: `the command must be one of ${names} (--help lists their options)`,
        ko: `명령은 ${names} 중 하나여야 합니다(옵션은 --help로 확인하세요)`,
      }),
    );
  }
  return command.run(options);
}

main(argv.slice(optionsStart)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const isUsage = error instanceof UsageError;
    say(`passport-hiworks: ${error.message}${isUsage && command ? `\n\n${command.usage}` : ''}`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
