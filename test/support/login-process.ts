import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HiworksStrategyOptions } from 'passport-hiworks';

/** How a login ended: `'success'`, `'fail'`, or the `code` of its error. */
export type Ended = string;

export interface Setup {
  options: HiworksStrategyOptions;
  /** The file of a certificate that the process trusts beside the usual ones. */
  trusted?: string;
  /** Gives the strategy an agent with so many connections, in place of its own. */
  connections?: number;
  /** More of the process' environment. */
  env?: Record<string, string>;
}

export interface Logins {
  id: number;
  codes: string[];
  changes?: Partial<HiworksStrategyOptions> | undefined;
}

/**
 * A process with one strategy and its connections. The tests' own has none that are worth counting: nock, which
 * intercepts what it sends, puts an agent of its own in front of every other.
 */
export class LoginProcess {
  private readonly child: ChildProcess;
  private asked = 0;

  constructor(setup: Setup) {
    this.child = fork(join(__dirname, 'login-child.js'), [JSON.stringify(setup)], {
      env: {
        ...process.env,
        ...(setup.trusted && { NODE_EXTRA_CA_CERTS: setup.trusted }),
        ...setup.env,
      },
    });
    this.child.setMaxListeners(0);
  }

  /** Logs in with all of these authorization codes at once. */
  logIn(...codes: string[]): Promise<Ended[]> {
    return this.ask(codes);
  }

  /** Logs in through another strategy that differs in some options, but has the same agent where one was given. */
  logInWith(changes: Partial<HiworksStrategyOptions>, ...codes: string[]): Promise<Ended[]> {
    return this.ask(codes, changes);
  }

  private ask(codes: string[], changes?: Partial<HiworksStrategyOptions>): Promise<Ended[]> {
    this.asked += 1;
    const logins: Logins = { id: this.asked, codes, changes };
    return new Promise((resolve) => {
      const hear = ({ id, ended }: { id: number; ended: Ended[] }) => {
        if (id === logins.id) {
          this.child.off('message', hear);
          resolve(ended);
        }
      };
      this.child.on('message', hear);
      this.child.send(logins);
    });
  }

  async end(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }
}
