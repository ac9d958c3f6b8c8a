import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';
import { createApp } from './app.js';
import type { FakeHiworks } from './login.js';
import { readSettings, type Settings, Unusable } from './settings.js';

/** The Hiworks that the demo talks to. */
interface Hiworks {
  options: HiworksStrategyOptions;
  fake?: FakeHiworks;
  /** For the terminal. */
  description: string;
  /** For the home page. */
  notice: string;
  close?(): Promise<void>;
}

start(process.env).catch((error) => {
  console.error(error instanceof Unusable ? error.message : error);
  process.exit(1);
});

async function start(env: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(env);
  const server = createServer();
  // By its number, so that http://localhost and http://127.0.0.1 both lead here.
  await startListening('PORT', once(server.listen(settings.port, '127.0.0.1'), 'listening'));
  const address = `http://localhost:${(server.address() as AddressInfo).port}`;
  const callbackURL = settings.callbackURL ?? `${address}/auth/hiworks/callback`;

  const { options, fake, description, notice, close } = settings.client
    ? realHiworks(settings, settings.client)
    : await fakeHiworks(settings, callbackURL);
  server.on(
    'request',
    createApp({
      hiworks: { ...options, callbackURL },
      fake,
      sessionSecret: settings.sessionSecret ?? randomBytes(32).toString('hex'),
      notice,
      log: (line) => console.error(line),
    }),
  );
  console.log(`${description}\nCallback URL: ${callbackURL}\nThe demo is ready: ${address}`);
  const { origin } = new URL(callbackURL);
  if (origin !== address) {
    console.log(`Open it as ${origin}: a login ends on the host where it began.`);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
      close?.();
    });
  }
}

function realHiworks(
  { baseURL, allowedOffices }: Settings,
  client: NonNullable<Settings['client']>,
): Hiworks {
  const at = baseURL ? `at ${baseURL}` : 'the real one';
  return {
    options: {
      ...client,
      ...(baseURL ? { baseURL } : {}),
      ...(allowedOffices ? { allowedOffices } : {}),
    },
    description: `Hiworks: ${at}, as ${client.clientID}\nOffices that may sign in: ${allowedOffices?.join(', ') ?? 'all'}`,
    notice: `${baseURL ?? '실제 하이웍스(api.hiworks.com)'}에 연결되어 있습니다.`,
  };
}

async function fakeHiworks(settings: Settings, callbackURL: string): Promise<Hiworks> {
  // Whoever knows this path can be signed in through the menu, so nobody can guess it.
  const ssoPath = `/menu/${randomBytes(24).toString('base64url')}`;
  const ssoURL = new URL(ssoPath, callbackURL).href;
  const server = await startListening(
    'HIWORKS_PORT',
    createHiworksServer({ port: settings.hiworksPort, callbackURL, ssoURL }),
  );
  const allowedOffices = settings.allowedOffices ?? server.users.slice(0, 1).map(({ officeNo }) => officeNo);
  const users = server.users.map(
    ({ name, userId, officeNo }) =>
      `  ${name} (${userId}) of office ${officeNo}${allowedOffices.includes(officeNo) ? '' : ', which is refused'}`,
  );
  return {
    options: { ...server.options, allowedOffices },
    fake: {
      server,
      ssoPath,
      employees: server.users
        .filter(({ officeNo }) => allowedOffices.includes(officeNo))
        .map(({ userNo }) => userNo),
    },
    description: [`Hiworks: the built-in fake at ${server.url}`, 'Users to sign in as:', ...users].join('\n'),
    notice: `내장된 가짜 하이웍스에 연결되어 있습니다. 비밀번호 없이 사용자를 고르면 되고, 오피스 번호가 ${allowedOffices.join(', ')}인 회사만 로그인할 수 있습니다.`,
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
