import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** Questions to the person at the terminal, or to whatever is piped in. */
export class Terminal {
  private readonly _readline: Interface;
  private readonly _lines: AsyncIterator<string>;
  private _hidden = false;
  private _next: Promise<string | undefined> | undefined;

  /** Prompts go to `output`; `onInterrupt` is called for Ctrl-C, which a terminal in raw mode hands to nobody else. */
  constructor(
    input: NodeJS.ReadableStream & { isTTY?: boolean },
    private readonly _output: NodeJS.WritableStream,
    onInterrupt: () => void,
  ) {
    const echo = new Writable({
      write: (chunk, _encoding, done) => {
        if (!this._hidden) {
          this._output.write(chunk);
        }
        done();
      },
    });
    const terminal = input.isTTY === true;
    // No history: a secret typed hidden must not come back with the up key.
    this._readline = createInterface({ input, output: echo, terminal, historySize: 0 });
    this._readline.on('SIGINT', onInterrupt);
    this._lines = this._readline[Symbol.asyncIterator]();
  }

  /** Asks for one line, and resolves with it, trimmed. Rejects where the input has ended. */
  async ask(question: string, { hidden = false } = {}): Promise<string> {
    this._readline.setPrompt(question);
    this._readline.prompt();
    this._hidden = hidden;
    const line = await this._line();
    if (hidden) {
      this._hidden = false;
      this._output.write('\n');
    }
    if (line === undefined) {
      throw new Error(
        'the input ended before every question was answered; --yes and the environment do without',
      );
    }
    return line.trim();
  }

  /** Resolves once `word` is entered on a line of its own; stays pending where the input ends. */
  async entered(word: string): Promise<void> {
    let line = await this._line();
    while (line?.trim() !== word) {
      line = await (line === undefined ? new Promise<undefined>(() => undefined) : this._line());
    }
  }

  /** Lets go of the input, so that the process can end. */
  close(): void {
    this._readline.close();
  }

  // Whoever stopped waiting for a line must not have swallowed it.
  private _line(): Promise<string | undefined> {
    this._next ??= this._lines.next().then(({ done, value }) => {
      this._next = undefined;
      return done ? undefined : value;
    });
    return this._next;
  }
}
