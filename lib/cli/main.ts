#!/usr/bin/env node
import { type Command, inLanguage, say, UsageError, version } from './command.js';
import { fake } from './fake/command.js';
import { probe } from './probe/command.js';
import { probeSSO } from './probe/sso.js';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['fake', fake],
  ['probe', probe],
  ['probe sso', probeSSO],
]);

const USAGE = inLanguage({
  en: `Usage: passport-hiworks COMMAND [options]

Commands:
  fake       a fake Hiworks for an application under development
  probe      reports what Hiworks really does, with your client and account
  probe sso  reports what a click on a Hiworks menu brings

passport-hiworks COMMAND --help lists the options of a command, --version says
which version this is.
`,
  ko: `사용법: passport-hiworks 명령 [옵션]

명령:
  fake       개발 중인 애플리케이션을 위한 가짜 하이웍스
  probe      내 클라이언트와 계정으로 하이웍스의 실제 동작을 확인해 보고서를 작성
  probe sso  하이웍스 메뉴를 클릭할 때 전달되는 내용을 확인해 보고서를 작성

명령별 옵션은 passport-hiworks 명령 --help, 버전은 --version으로 확인하세요.
`,
});

// A command's name comes first, its options after it.
function split(argv: string[]): { name: string; options: string[] } {
  const end = argv.findIndex((word) => word.startsWith('-'));
  const words = end === -1 ? argv : argv.slice(0, end);
  return { name: words.join(' '), options: argv.slice(words.length) };
}

async function main({ name, options }: ReturnType<typeof split>): Promise<number> {
  if (options.includes('--version')) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (options.includes('--help') && (command || name === '')) {
    process.stdout.write(command?.usage ?? USAGE);
    return 0;
  }
  if (!command) {
    throw new UsageError(name === '' ? 'a command is missing' : `unknown command: ${name}`);
  }
  return command.run(options);
}

const commandLine = split(process.argv.slice(2));
main(commandLine).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const isUsage = error instanceof UsageError;
    const usage = COMMANDS.get(commandLine.name)?.usage ?? USAGE;
    say(`passport-hiworks: ${error.message}${isUsage ? `\n\n${usage}` : ''}`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
