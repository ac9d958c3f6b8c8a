import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';
import { createApp } from '../../build/examples/demo/app.js';

const SERVER = join(__dirname, '../../build/examples/demo/server.js');

/** The demo as `npm start` runs it, once it is built. */
export interface DemoProcess {
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with the first match in what it prints. Rejects if it ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends it a signal, if given, and resolves with its exit code once it has ended. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs the demo as a process of its own, with no settings from this one's environment. */
export function runDemo(settings: Record<string, string>): DemoProcess {
  const child: ChildProcess = spawn(process.execPath, [SERVER], {
    env: { PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isOver = false;
  const ended = once(child, 'close').then(() => {
    isOver = true;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('output');
    });
  }
  return {
    output: () => output,
    async prints(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (isOver) throw new Error(`The demo ended without printing ${pattern}: ${output}`);
        await Promise.race([once(child, 'output'), ended]);
      }
    },
    async end(signal) {
      if (signal) child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** The demo inside this process, with a fake Hiworks whose responses a test can script. */
export interface DemoApp {
  url: string;
  hiworks: HiworksServer;
  /** What the demo has logged. */
  log: string[];
  close(): Promise<void>;
}

/** Starts the demo inside this process; users of office 123123 may sign in. `timeout` is the strategy's. */
export async function startDemo(timeout = 10_000): Promise<DemoApp> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const callbackURL = `${url}/auth/hiworks/callback`;
  const ssoPath = '/menu/unguessable-in-this-test-0';
  const hiworks = await createHiworksServer({ callbackURL, ssoURL: url + ssoPath });
  const log: string[] = [];
  const app = createApp({
    hiworks: { ...hiworks.options, callbackURL, allowedOffices: '123123', timeout },
    fake: { server: hiworks, ssoPath, employees: ['1234567', '1234568'] },
    sessionSecret: 'for tests only',
    notice: '가짜 하이웍스에 연결되어 있습니다.',
    log: (line) => log.push(line),
  });
  server.on('request', app);
  return {
    url,
    hiworks,
    log,
    async close() {
      server.close();
      server.closeAllConnections();
      await hiworks.close();
    },
  };
}
