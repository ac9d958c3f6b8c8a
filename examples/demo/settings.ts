/** What the environment says about this run of the demo. */
export interface Settings {
  port: number;
  /** The fake Hiworks' port, 0 for any free one. */
  hiworksPort: number;
  /** The client registered with Hiworks. Without one, the demo starts a fake Hiworks. */
  client: { clientID: string; clientSecret: string } | undefined;
  /** Where Hiworks is, if not at its own address. */
  baseURL: string | undefined;
  /** The URL registered with Hiworks, if it is not the demo's own address. */
  callbackURL: string | undefined;
  allowedOffices: string[] | undefined;
  sessionSecret: string | undefined;
}

/** A reason not to start, in words for the person at the terminal. */
export class Unusable extends Error {}

/** Reads the environment. Throws an `Unusable` that says what to set instead. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    port: readPort(env, 'PORT', 3000),
    hiworksPort: readPort(env, 'HIWORKS_PORT', 0),
    client: readClient(env),
    baseURL: env.HIWORKS_BASE_URL || undefined,
    callbackURL: readCallbackURL(env),
    allowedOffices: readAllowedOffices(env),
    sessionSecret: env.SESSION_SECRET || undefined,
  };
}

function readPort(env: NodeJS.ProcessEnv, name: string, byDefault: number): number {
  const text = env[name] || String(byDefault);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) {
    throw new Unusable(`${name} must be a number from 0 to 65535, but is "${text}".`);
  }
  return port;
}

function readClient({ HIWORKS_CLIENT_ID, HIWORKS_CLIENT_SECRET }: NodeJS.ProcessEnv): Settings['client'] {
  if (HIWORKS_CLIENT_ID && HIWORKS_CLIENT_SECRET) {
    return { clientID: HIWORKS_CLIENT_ID, clientSecret: HIWORKS_CLIENT_SECRET };
  }
  if (HIWORKS_CLIENT_ID || HIWORKS_CLIENT_SECRET) {
    const missing = HIWORKS_CLIENT_ID ? 'HIWORKS_CLIENT_SECRET' : 'HIWORKS_CLIENT_ID';
    throw new Unusable(
      `${missing} is not set. Set both HIWORKS_CLIENT_ID and HIWORKS_CLIENT_SECRET, or neither to use the fake Hiworks.`,
    );
  }
  return undefined;
}

// Hiworks sends the browser to the one URL that is registered for the client: the demo has to respond there.
function readCallbackURL({ HIWORKS_CALLBACK_URL }: NodeJS.ProcessEnv): string | undefined {
  if (!HIWORKS_CALLBACK_URL) {
    return undefined;
  }
  const url = URL.canParse(HIWORKS_CALLBACK_URL) ? new URL(HIWORKS_CALLBACK_URL) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname === '/') {
    throw new Unusable(
      'HIWORKS_CALLBACK_URL must be an http: or https: URL with a path of its own (not just /).',
    );
  }
  return HIWORKS_CALLBACK_URL;
}

function readAllowedOffices({ HIWORKS_ALLOWED_OFFICES = '' }: NodeJS.ProcessEnv): string[] | undefined {
  const offices = HIWORKS_ALLOWED_OFFICES.split(',').map((office) => office.trim());
  const named = offices.filter(Boolean);
  return named.length > 0 ? named : undefined;
}
