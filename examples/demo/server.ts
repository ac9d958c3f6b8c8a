import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';
import { createApp } from './app.js';

/** The Hiworks that the demo talks to. */
interface Hiworks {
  options: HiworksStrategyOptions;
  /** For the terminal. */
  description: string;
  /** For the home page. */
  notice: string;
  register(callbackURL: string): void;
  close(): Promise<void>;
}

/** A reason not to start, in words for the person at the terminal. */
class Unusable extends Error {}

const {
  HIWORKS_ALLOWED_OFFICES = '',
  HIWORKS_CALLBACK_URL,
  HIWORKS_CLIENT_ID,
  HIWORKS_CLIENT_SECRET,
  SESSION_SECRET,
} = process.env;

start().catch((error) => {
  console.error(error instanceof Unusable ? error.message : error);
  process.exit(1);
});

async function start(): Promise<void> {
  const hiworks = HIWORKS_CLIENT_ID || HIWORKS_CLIENT_SECRET ? realHiworks() : await fakeHiworks();
  const server = createServer();
  const port = readPort('PORT', 3000);
  await startListening('PORT', once(server.listen(port, 'localhost'), 'listening'));

  const address = `http://localhost:${(server.address() as AddressInfo).port}`;
  const callbackURL = readCallbackURL(address);
  hiworks.register(callbackURL);
  server.on(
    'request',
    createApp({
      hiworks: { ...hiworks.options, callbackURL },
      sessionSecret: SESSION_SECRET || randomBytes(32).toString('hex'),
      notice: hiworks.notice,
      log: (line) => console.error(line),
    }),
  );
  console.log(`${hiworks.description}\nCallback URL: ${callbackURL}\nThe demo is ready: ${address}`);
  const { origin } = new URL(callbackURL);
  if (origin !== address) console.log(`Open it as ${origin}: a login ends on the host where it began.`);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
      hiworks.close();
    });
  }
}

function realHiworks(): Hiworks {
  if (!HIWORKS_CLIENT_ID || !HIWORKS_CLIENT_SECRET) {
    throw new Unusable(
      'Set both HIWORKS_CLIENT_ID and HIWORKS_CLIENT_SECRET, or neither to use the fake Hiworks.',
    );
  }
  const offices = readAllowedOffices();
  return {
    options: {
      clientID: HIWORKS_CLIENT_ID,
      clientSecret: HIWORKS_CLIENT_SECRET,
      allowedOffices: offices,
    },
    description: `Hiworks: the real one, as ${HIWORKS_CLIENT_ID}\nOffices that may sign in: ${offices?.join(', ') ?? 'all'}`,
    notice: '실제 하이웍스(api.hiworks.com)에 연결되어 있습니다.',
    register: () => undefined,
    close: async () => undefined,
  };
}

async function fakeHiworks(): Promise<Hiworks> {
  const port = readPort('HIWORKS_PORT', 0);
  const server = await startListening('HIWORKS_PORT', createHiworksServer({ port }));
  const offices = readAllowedOffices() ?? server.users.slice(0, 1).map(({ officeNo }) => officeNo);
  const people = server.users.map(
    ({ name, userId, officeNo }) =>
      `  ${name} (${userId}) of office ${officeNo}${offices.includes(officeNo) ? '' : ', which is refused'}`,
  );
  return {
    options: { ...server.options, allowedOffices: offices },
    description: [`Hiworks: the built-in fake at ${server.url}`, 'People to sign in as:', ...people].join(
      '\n',
    ),
    notice: `내장된 가짜 하이웍스에 연결되어 있습니다. 비밀번호 없이 사람을 고르면 되고, 회사 번호 ${offices.join(', ')}만 로그인할 수 있습니다.`,
    register: (callbackURL) => server.register(callbackURL),
    close: () => server.close(),
  };
}

async function startListening<T>(setting: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code, port } = error as { code?: string; port?: number };
    const reasons: Record<string, string> = {
      EADDRINUSE: 'is in use by another program',
      EACCES: 'is not one that you may use',
    };
    throw new Unusable(
      `Port ${port} ${reasons[code ?? ''] ?? `fails with ${error}`}. Set ${setting} to another one.`,
    );
  }
}

function readPort(setting: string, byDefault: number): number {
  const text = process.env[setting] || String(byDefault);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new Unusable(`${setting} must be a number from 0 to 65535, but is "${text}".`);
  return port;
}

function readAllowedOffices(): string[] | undefined {
  const offices = HIWORKS_ALLOWED_OFFICES.split(',').map((office) => office.trim());
  const named = offices.filter(Boolean);
  return named.length > 0 ? named : undefined;
}

// Hiworks sends the browser to the one URL that is registered for the client: the demo has to answer there.
function readCallbackURL(address: string): string {
  const callbackURL = HIWORKS_CALLBACK_URL || `${address}/auth/hiworks/callback`;
  const { protocol, pathname } = URL.canParse(callbackURL)
    ? new URL(callbackURL)
    : { protocol: '', pathname: '' };
  if (!/^https?:$/.test(protocol) || pathname === '/') {
    throw new Unusable(
      'HIWORKS_CALLBACK_URL must be an http: or https: URL with a path of its own (not just /).',
    );
  }
  return callbackURL;
}
