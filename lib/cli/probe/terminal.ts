import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { TEXTS } from './texts.js';

/** Questions to the person at the terminal, or to whatever is piped in. */
export class Terminal {
  private readonly readline: Interface;
  private readonly lines: AsyncIterator<string>;
  private hidden = false;
  private nextLine: Promise<string | undefined> | undefined;

  /** Prompts go to `output`; `onInterrupt` is called for Ctrl-C, which a terminal in raw mode hands to nobody else. */
  constructor(
    input: NodeJS.ReadableStream & { isTTY?: boolean },
    private readonly output: NodeJS.WritableStream,
    onInterrupt: () => void,
  ) {
    const echo = new Writable({
      write: (chunk, _encoding, done) => {
        if (!this.hidden) {
          this.output.write(chunk);
        }
        done();
      },
    });
    const terminal = input.isTTY === true;
    // No history: a secret typed hidden must not come back with the up key.
    this.readline = createInterface({ input, output: echo, terminal, historySize: 0 });
    this.readline.on('SIGINT', onInterrupt);
    this.lines = this.readline[Symbol.asyncIterator]();
  }

  /** Asks for one line, and resolves with it, trimmed. Rejects if the input has ended. */
  async ask(question: string, { hidden = false } = {}): Promise<string> {
    this.readline.setPrompt(question);
    this.readline.prompt();
    this.hidden = hidden;
    const line = await this.line();
    if (hidden) {
      this.hidden = false;
      this.output.write('\n');
    }
    if (line === undefined) {
      throw new Error(TEXTS.inputEnded);
    }
    return line.trim();
  }

  /** Resolves once `word` is entered on a line of its own; stays pending if the input ends. */
  async entered(word: string): Promise<void> {
    let line = await this.line();
    while (line?.trim() !== word) {
      line = await (line === undefined ? new Promise<undefined>(() => undefined) : this.line());
    }
  }

  /** Lets go of the input, so that the process can end. */
  close(): void {
    this.readline.close();
  }

  // Whoever stopped waiting for a line must not have swallowed it.
  private line(): Promise<string | undefined> {
    this.nextLine ??= this.lines.next().then(({ done, value }) => {
      this.nextLine = undefined;
      return done ? undefined : value;
    });
    return this.nextLine;
  }
}
