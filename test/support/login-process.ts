import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HiworksStrategyOptions } from 'passport-hiworks';

/** How a login ended: `'success'`, `'fail'`, or the `code` of its error. */
export type Ended = string;

export interface Setup {
  options: HiworksStrategyOptions;
  /** The file of a certificate that the process trusts in addition to the usual ones. */
  trusted?: string;
  /** Additional environment variables. */
  env?: Record<string, string>;
}

export interface Logins {
  id: number;
  codes: string[];
}

/** A process with one strategy and its connections, for environment variables that Node reads at startup only. */
export class LoginProcess {
  private readonly child: ChildProcess;
  private requested = 0;

  constructor({ options, trusted, env }: Setup) {
    this.child = fork(join(__dirname, 'login-child.js'), [JSON.stringify(options)], {
      env: { ...process.env, ...(trusted && { NODE_EXTRA_CA_CERTS: trusted }), ...env },
    });
    this.child.setMaxListeners(0);
  }

  /** Logs in with all of these authorization codes at once. */
  logIn(...codes: string[]): Promise<Ended[]> {
    this.requested += 1;
    const logins: Logins = { id: this.requested, codes };
    return new Promise((resolve) => {
      const onMessage = ({ id, ended }: { id: number; ended: Ended[] }) => {
        if (id === logins.id) {
          this.child.off('message', onMessage);
          resolve(ended);
        }
      };
      this.child.on('message', onMessage);
      this.child.send(logins);
    });
  }

  async end(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }
}
