import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { HiworksServer } from 'passport-hiworks/testing';

/** What a run of `passport-hiworks` came to. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The authorization URLs that the user was to open, in order. */
  opened: URL[];
}

/** The user at the browser and the terminal. `url` is to be opened for the `index`th login, from 0. */
export type Person = (url: string, index: number, child: ChildProcess) => Promise<unknown>;

/** What is done once a question appears. */
export type Reply = string | undefined | ((child: ChildProcess) => Promise<unknown>);

/** The program. */
export const CLI = join(__dirname, '../../dist/cli/main.js');

/** Runs `use` with a callback URL on a free port, and again if another process takes the port before it listens. */
export async function onFreePort<T>(use: (callbackURL: string) => Promise<T>): Promise<T> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return use(`http://localhost:${port}/auth/hiworks/callback`).catch((error: Error) => {
    if (error.message.includes('EADDRINUSE')) {
      return onFreePort(use);
    }
    throw error;
  });
}

/** The run, unless the port of its callback URL was taken. */
export function expectPort(run: Run): Run {
  if (run.stderr.includes('EADDRINUSE')) {
    throw new Error(run.stderr);
  }
  return run;
}

/** The environment that leads the probe to a fake Hiworks. */
export function environment(hiworks: HiworksServer, callbackURL: string): Record<string, string> {
  const { clientID, clientSecret, baseURL } = hiworks.options;
  return {
    HIWORKS_CLIENT_ID: clientID,
    HIWORKS_CLIENT_SECRET: clientSecret,
    HIWORKS_CALLBACK_URL: callbackURL,
    HIWORKS_BASE_URL: baseURL,
  };
}

/** Opens an address as a browser does. Node's own fetch would send a `Sec-Fetch-Mode` that navigations do not have. */
export function visit(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((body) => resolve({ status, headers, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

/**
 * Runs `passport-hiworks` as a process of its own. Each of `replies` is written to its stdin once the question, its key,
 * has appeared on stderr; one of `undefined` ends stdin, and a function is called.
 */
export async function runCLI(
  args: readonly string[],
  env: Record<string, string> = {},
  person: Person = async () => undefined,
  replies: Record<string, Reply> = {},
): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^HIWORKS_|PROXY$/i.test(name));
  const child = spawn(process.execPath, ['--enable-source-maps', CLI, ...args], {
    // The language of the messages follows the locale.
    env: { ...Object.fromEntries(inherited), LC_ALL: 'en_US.UTF-8', ...env },
  });
  const run: Run = { code: null, stdout: '', stderr: '', opened: [] };
  const pending = new Map(Object.entries(replies));
  let failure: unknown;
  let visits: Promise<unknown> = Promise.resolve();

  function fail(error: unknown): void {
    failure ??= error;
    child.kill('SIGINT');
  }

  child.stdout.setEncoding('utf8').on('data', (text) => {
    run.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    run.stderr += text;
    for (const [question, reply] of pending) {
      if (run.stderr.includes(question)) {
        pending.delete(question);
        if (typeof reply === 'function') {
          visits = visits.then(() => reply(child)).catch(fail);
        } else if (reply === undefined) {
          child.stdin.end();
        } else {
          child.stdin.write(reply);
        }
      }
    }
    const urls = [...run.stderr.matchAll(/^ {2}(http\S+)\n\n(?:Waiting|브라우저를)/gm)].map(
      ([, url = '']) => url,
    );
    for (const url of urls.slice(run.opened.length)) {
      const index = run.opened.push(new URL(url)) - 1;
      visits = visits.then(() => person(url, index, child)).catch(fail);
    }
  });
  [run.code] = await once(child, 'close');
  await visits;
  if (failure) {
    throw failure;
  }
  return run;
}

/** The rows of the report's tables, by their first cell. */
export function rows(report: string): Map<string, string[]> {
  const lines = report.split('\n').filter((line) => line.startsWith('| '));
  const cells = lines.map((line) => line.slice(2, -2).split(' | '));
  return new Map(cells.map(([first = '', ...rest]) => [first, rest]));
}
