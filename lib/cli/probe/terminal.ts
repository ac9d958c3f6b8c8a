import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { INTERRUPTED, say } from '../command.js';

/** Says what a command will do, and lets Ctrl-C end it. */
export function begin(introduction: string): void {
  process.on('SIGINT', () => {
    say('\n중단했습니다. 보고서는 작성하지 않았습니다.');
    process.exit(INTERRUPTED);
  });
  say(`${introduction}
하이웍스의 데이터는 변경하지 않으며, 토큰을 저장하거나 하이웍스 외의 곳으로 전송하지 않습니다.
보고서에는 시크릿, 토큰, 코드, 이름, 번호가 들어가지 않습니다. 그래도 공개하기 전에 한 번 읽어 보세요.
`);
}

/** Asks the user at the terminal, or reads what is piped in. */
export class Terminal {
  private readonly readline: Interface;
  private readonly lines: AsyncIterator<string>;
  private isHidden = false;
  private nextLine: Promise<string> | undefined;

  /** Questions go to `output`. */
  constructor(
    input: NodeJS.ReadableStream & { isTTY?: boolean },
    private readonly output: NodeJS.WritableStream,
  ) {
    const echo = new Writable({
      write: (chunk, _encoding, done) => {
        if (!this.isHidden) {
          output.write(chunk);
        }
        done();
      },
    });
    // No history: the up key must not bring back a secret.
    this.readline = createInterface({ input, output: echo, terminal: input.isTTY === true, historySize: 0 });
    // A terminal in raw mode sends no signal.
    this.readline.on('SIGINT', () => process.emit('SIGINT'));
    this.lines = this.readline[Symbol.asyncIterator]();
  }

  /** Resolves with the next line, trimmed. Rejects if the input has ended. */
  async ask(question: string, { hidden = false } = {}): Promise<string> {
    this.readline.setPrompt(question);
    this.readline.prompt();
    this.isHidden = hidden;
    const line = await this.line();
    this.isHidden = false;
    this.output.write(hidden ? '\n' : '');
    return line;
  }

  /** Resolves once `word` is entered on its own line. Rejects if the input has ended. */
  async entered(word: string): Promise<void> {
    if ((await this.line()) !== word) {
      await this.entered(word);
    }
  }

  /** Releases the input, so that the process can end. */
  close(): void {
    this.readline.close();
  }

  // Shared: a reader that has stopped waiting must not swallow the next line.
  private line(): Promise<string> {
    this.nextLine ??= this.lines.next().then(({ done, value }) => {
      this.nextLine = undefined;
      if (done) {
        throw new Error('입력이 끝나 질문에 답할 수 없습니다. --yes와 환경 변수를 사용하세요.');
      }
      return value.trim();
    });
    return this.nextLine;
  }
}
