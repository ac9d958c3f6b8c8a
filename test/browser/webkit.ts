import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { clickable, type Engine, requireInstalled, type Tab } from './engines.js';

const DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB = '/usr/bin/Xvfb';
const BROWSER = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;

/** WebKitGTK in a container: its sandbox and its graphics want more than there is. */
const ENVIRONMENT = {
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
};

/** Milliseconds that the driver looks for an element before it gives up. */
const IMPLICIT_WAIT_MS = 20_000;

/** Starts Debian's WebKitGTK on a display of its own, driven by W3C WebDriver over HTTP. */
export async function launchWebKit(): Promise<Engine> {
  [DRIVER, XVFB, BROWSER].forEach(requireInstalled);
  const proxy = await startProxy();
  const display = startProcess(XVFB, ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1280x1024x24']);
  const [number] = await once(display.stdio[3] as Socket, 'data');
  const port = await freePort();
  const driver = startProcess(DRIVER, [`--port=${port}`], { DISPLAY: `:${String(number).trim()}` });
  await listening(driver, port);
  const capabilities = {
    alwaysMatch: {
      acceptInsecureCerts: true,
      proxy: { proxyType: 'manual', httpProxy: proxy.host },
      timeouts: { implicit: IMPLICIT_WAIT_MS },
      'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] },
    },
  };
  return {
    async newTab() {
      const { sessionId } = (await send(port, 'POST', '/session', { capabilities })) as { sessionId: string };
      return tabOf((method, path, body) => send(port, method, `/session/${sessionId}${path}`, body));
    },
    async close() {
      for (const process of [driver, display]) {
        process.kill();
        await once(process, 'exit');
      }
      proxy.close();
    },
  };
}

type Command = (method: string, path: string, body?: object) => Promise<unknown>;

const PRESS = [
  { type: 'pointerDown', button: 0 },
  { type: 'pointerUp', button: 0 },
];

function tabOf(command: Command): Tab {
  async function find(xpath: string): Promise<object> {
    try {
      return (await command('POST', '/element', { using: 'xpath', value: xpath })) as object;
    } catch (error) {
      // The page was left while the driver looked at it.
      return String(error).includes('no such frame') ? find(xpath) : Promise.reject(error);
    }
  }
  async function useMouse(...actions: object[]): Promise<void> {
    await command('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }
  return {
    async open(url) {
      await command('POST', '/url', { url });
    },
    async reload() {
      await command('POST', '/refresh', {});
    },
    async back() {
      await command('POST', '/back', {});
    },
    async click(text) {
      const origin = await find(clickable(text));
      await useMouse({ type: 'pointerMove', x: 0, y: 0, origin }, ...PRESS);
    },
    clickAgain: () => useMouse(...PRESS),
    async shows(text) {
      await find(`//body[contains(., "${text}")]`);
    },
    async close() {
      await command('DELETE', '');
    },
  };
}

/** Sends one command of W3C WebDriver, and resolves with its `value`. */
async function send(port: number, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) {
    throw new Error(`WebKit: ${method} ${path}: ${JSON.stringify(value)}`);
  }
  return value;
}

/** A proxy for `http:` to this machine, since WebKit has no setting that says where `app.test` is. */
async function startProxy(): Promise<{ host: string; close(): void }> {
  const server = createServer((req, res) => {
    const { port, pathname, search } = new URL(req.url as string);
    const options = {
      host: '127.0.0.1',
      port,
      path: pathname + search,
      method: req.method,
      headers: req.headers,
    };
    const upstream = request(options, (response) => {
      res.writeHead(response.statusCode as number, response.rawHeaders);
      response.pipe(res);
    });
    upstream.on('error', () => res.destroy());
    req.pipe(upstream);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Starts a process that does not outlive this one. Its fourth stream is readable. */
function startProcess(command: string, args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(command, args, {
    env: { ...process.env, ...ENVIRONMENT, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill();
  process.on('exit', kill);
  child.on('exit', () => process.off('exit', kill));
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once the driver responds: it does not announce when. */
async function listening(driver: ChildProcess, port: number): Promise<void> {
  while (driver.exitCode === null) {
    const isReady = await send(port, 'GET', '/status').catch(() => false);
    if (isReady) return;
    await delay(20);
  }
  throw new Error(`${DRIVER} ended with ${driver.exitCode}`);
}
