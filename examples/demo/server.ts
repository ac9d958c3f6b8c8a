import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHiworksServer } from 'passport-hiworks/testing';
import { createApp, type DemoOptions } from './app.js';

/** A reason not to start, as one line for the terminal. */
class SettingError extends Error {}

type Environment = Record<string, string | undefined>;

type Client = { clientID: string; clientSecret: string };

/** The Hiworks that the demo talks to. */
interface Hiworks extends Pick<DemoOptions, 'fake' | 'notice'> {
  options: Omit<DemoOptions['hiworks'], 'callbackURL'>;
  /** For the terminal. */
  description: string;
}

start(process.env).catch((error) => {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
});

async function start(env: Environment): Promise<void> {
  const client = readClient(env);
  const offices = readOffices(env);
  const registeredURL = readCallbackURL(env);
  const server = createServer();
  const address = `http://localhost:${await listen(server, env.PORT || '3000')}`;
  const callbackURL = registeredURL ?? `${address}/auth/hiworks/callback`;
  const { options, fake, notice, description } = client
    ? realHiworks(client, offices, env.HIWORKS_BASE_URL || undefined)
    : await fakeHiworks(callbackURL, offices);
  server.on(
    'request',
    createApp({
      hiworks: { ...options, callbackURL },
      fake,
      sessionSecret: env.SESSION_SECRET || randomBytes(32).toString('base64url'),
      notice,
      log: (line) => console.error(line),
    }),
  );
  console.log(`${description}\nCallback URL: ${callbackURL}\nThe demo is ready: ${address}`);
  const { origin } = new URL(callbackURL);
  if (origin !== address) {
    console.log(`Open it at ${origin}: a login ends on the host where it began.`);
  }
}

/** Listens on loopback only, so that http://localhost and http://127.0.0.1 both work, and resolves with the port. */
async function listen(server: Server, port: string): Promise<number> {
  try {
    await once(server.listen({ port: Number(port), host: '127.0.0.1' }), 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const isTaken = (error as { code?: string }).code === 'EADDRINUSE';
    const reason = isTaken ? 'is already in use' : `cannot be used (${(error as Error).message})`;
    throw new SettingError(`Port ${port} ${reason}. Set PORT to another one.`);
  }
}

function realHiworks(client: Client, offices: string[] | undefined, baseURL: string | undefined): Hiworks {
  return {
    options: { ...client, ...(baseURL && { baseURL }), ...(offices && { allowedOffices: offices }) },
    notice: `${baseURL ?? '하이웍스(api.hiworks.com)'}에 연결되어 있습니다.`,
    description: `Hiworks: ${baseURL ?? 'https://api.hiworks.com'}, as ${client.clientID}
Offices that may sign in: ${offices?.join(', ') ?? 'all (set HIWORKS_OFFICE_NO to let in your company only)'}`,
  };
}

async function fakeHiworks(callbackURL: string, offices = ['123123']): Promise<Hiworks> {
  const ssoPath = `/menu/${randomBytes(24).toString('base64url')}`;
  const server = await createHiworksServer({ callbackURL, ssoURL: new URL(ssoPath, callbackURL).href });
  const isEmployee = ({ officeNo }: { officeNo: string }) => offices.includes(officeNo);
  const users = server.users.map(
    (user) =>
      `  ${user.name} (${user.userId}) of office ${user.officeNo}${isEmployee(user) ? '' : ', which is refused'}`,
  );
  return {
    options: { ...server.options, allowedOffices: offices },
    fake: { server, ssoPath, employees: server.users.filter(isEmployee).map(({ userNo }) => userNo) },
    notice: `가짜 하이웍스에 연결되어 있습니다. 비밀번호 없이 사용자를 골라 로그인합니다. 오피스 번호가 ${offices.join(', ')}인 회사만 로그인할 수 있습니다.`,
    description: [`Hiworks: the built-in fake at ${server.url}`, 'Users to sign in as:', ...users].join('\n'),
  };
}

function readClient(env: Environment): Client | undefined {
  const { HIWORKS_CLIENT_ID: clientID, HIWORKS_CLIENT_SECRET: clientSecret } = env;
  if (clientID && clientSecret) {
    return { clientID, clientSecret };
  }
  if (clientID === undefined && clientSecret === undefined) {
    return undefined;
  }
  const missing = clientID ? 'HIWORKS_CLIENT_SECRET' : 'HIWORKS_CLIENT_ID';
  throw new SettingError(
    `${missing} is missing or empty. Set both HIWORKS_CLIENT_ID and HIWORKS_CLIENT_SECRET, or neither to use the fake.`,
  );
}

function readOffices({ HIWORKS_OFFICE_NO }: Environment): string[] | undefined {
  const offices = HIWORKS_OFFICE_NO?.split(',').map((office) => office.trim());
  if (offices?.includes('')) {
    throw new SettingError(
      'HIWORKS_OFFICE_NO is empty. Set it to your office number, or several with commas.',
    );
  }
  return offices;
}

function readCallbackURL({ HIWORKS_CALLBACK_URL: url }: Environment): string | undefined {
  if (url && !(URL.canParse(url) && /^https?:\/\/[^/]+\/./.test(url))) {
    throw new SettingError(`HIWORKS_CALLBACK_URL must be an http: or https: URL with a path; got "${url}".`);
  }
  return url || undefined;
}
