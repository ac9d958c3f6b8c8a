import { URL, URLSearchParams } from 'node:url';

/**
 * What is read of a request, whichever framework made it: Express, Koa, Fastify, NestJS, Hono, node:http. Any of it may
 * be missing.
 */
export interface Request {
  method?: string;
  url?: string;
  originalUrl?: string;
  query?: unknown;
  body?: unknown;
  headers?: Readonly<Record<string, string | string[] | undefined>>;
  session?: unknown;
  socket?: Connection | null;
  connection?: Connection | null;
  /** Express and Koa: the application. */
  app?: unknown;
  /** Express: the response. */
  res?: unknown;
  /** Fastify: Node's own request. */
  raw?: unknown;
  protocol?: string;
  host?: string;
}

interface Connection {
  encrypted?: boolean;
  remoteAddress?: string | undefined;
}

/** The parameters of a login: the one that is documented, and those that an error may come in. */
export const PARAMETERS = [
  'auth_code',
  'state',
  'error',
  'error_description',
  'error_msg',
  'msg',
  'message',
  'code',
] as const;

/** A parameter that was repeated or nested is anything but a string. */
export type Parameters = Partial<Record<(typeof PARAMETERS)[number] | 'token', unknown>>;

const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * The parameters called `names`, `first` among them: those of the framework's `req.query` if it has `first`, otherwise
 * also those of the URL. The framework's parser may be off, or leave things out.
 */
export function readParameters(
  req: Request,
  names: readonly (keyof Parameters)[],
  first: keyof Parameters,
): Parameters {
  // Express 5 parses the query anew at each read.
  const { query } = req;
  const parsed = (typeof query === 'object' && query !== null ? query : {}) as Parameters;
  if (parsed[first] !== undefined) {
    return parsed;
  }
  const inURL = new URLSearchParams(split(req).query);
  const parameters: Parameters = {};
  for (const name of names) {
    const values = inURL.getAll(name);
    parameters[name] = parsed[name] ?? (values.length > 1 ? values : values[0]);
  }
  return parameters;
}

/** True if the body, but not the query, carries the parameter of a callback. */
export function hasCodeInBody({ body }: Request): boolean {
  const fields = body as Parameters | null | undefined;
  return Boolean(fields?.auth_code ?? fields?.code);
}

/** The path of the request, as it came. */
export function pathOf(req: Request): string {
  return split(req).path;
}

/** The path of a URL that may be relative to the request's. */
export function pathOfURL(url: string, req: Request): string {
  const here = new URL('http://localhost');
  here.pathname = pathOf(req);
  return new URL(url, here).pathname;
}

/**
 * True if two paths are the same, or one ends with the other at a slash: a proxy, or a router's mount, strips or adds a
 * prefix. Case and slashes at the end do not count, as in routers.
 */
export function samePath(path: string, otherPath: string): boolean {
  const one = comparable(path);
  const other = comparable(otherPath);
  return one.endsWith(other) || other.endsWith(one);
}

/** True if the browser requests the page before anybody has clicked. */
export function isPrefetch(req: Request): boolean {
  return /prefetch/i.test(header(req, 'sec-purpose') ?? header(req, 'purpose') ?? '');
}

/**
 * False for a browser's `fetch()`, an image or a frame's script. Node's `fetch` sends the mode alone, and is not a
 * browser; a service worker passes a navigation on with an empty destination.
 */
export function isNavigation(req: Request): boolean {
  const mode = header(req, 'sec-fetch-mode');
  return mode === undefined || mode === 'navigate' || header(req, 'sec-fetch-dest') === undefined;
}

/** True if another site led the browser here: a link in a mail, a portal, a popup of a foreign page. */
export function isCrossSite(req: Request): boolean {
  return header(req, 'sec-fetch-site') === 'cross-site';
}

/**
 * Makes `callbackURL` absolute, from the URL of the request if it is relative. `X-Forwarded-Proto` and
 * `X-Forwarded-Host` count if `proxy` is true or the framework trusts whoever sent this request; of a list, the first.
 * Throws if the request has no usable host.
 */
export function resolveCallbackURL(req: Request, callbackURL: string, proxy: boolean): string {
  if (/^https?:/i.test(callbackURL)) {
    return callbackURL;
  }
  const { protocol, host } = origin(req, proxy);
  if (!host || !HOST.test(host)) {
    throw new Error(
      `the relative callbackURL ${JSON.stringify(callbackURL)} cannot be resolved: the request has no usable Host ` +
        'header. Give an absolute callbackURL',
    );
  }
  const here = new URL(`${protocol}://${host}`);
  // Set rather than parsed: a request line can name another host, as `GET //evil.example/` does.
  here.pathname = pathOf(req);
  return new URL(callbackURL, here).href;
}

/** Ends a response that nobody will finish. */
export function destroyResponse(req: Request): void {
  const incoming = (req.raw ?? req) as { destroy?: () => void };
  const response = req.res as { writableEnded?: boolean; destroy?: () => void } | undefined;
  if (!response?.writableEnded) {
    (response ?? incoming).destroy?.();
  }
}

function origin(req: Request, proxy: boolean): { protocol: string; host: string | undefined } {
  const own = {
    protocol: (req.socket ?? req.connection)?.encrypted ? 'https' : 'http',
    host: header(req, ':authority') ?? header(req, 'host'),
  };
  if (proxy || trustsSender(req)) {
    const protocol = header(req, 'x-forwarded-proto')?.toLowerCase() === 'https' ? 'https' : own.protocol;
    return { protocol, host: header(req, 'x-forwarded-host') || own.host };
  }
  // Fastify has applied its own trustProxy to these.
  return isFastify(req) ? { protocol: req.protocol, host: req.host } : own;
}

// Express compiles its setting to a function; koa-passport hands on a flag.
function trustsSender({ app, socket, connection }: Request): boolean {
  const settings = app as { get?: (name: string) => unknown } | undefined;
  const trust = settings?.get?.('trust proxy fn');
  return typeof trust === 'function'
    ? Boolean(trust((socket ?? connection)?.remoteAddress, 0))
    : settings?.get?.('trust proxy') === true;
}

function isFastify(req: Request): req is Request & { protocol: string; host: string } {
  return Boolean(req.raw) && typeof req.protocol === 'string' && typeof req.host === 'string';
}

function split(req: Request): { path: string; query: string } {
  // Whoever speaks to a proxy requests the whole URL.
  const target = (req.originalUrl ?? req.url ?? '').replace(/^https?:\/\/[^/?#]*/i, '');
  const end = `${target}?`.indexOf('?');
  return { path: target.slice(0, end), query: target.slice(end + 1) };
}

function comparable(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') {
    end -= 1;
  }
  return path.slice(0, end).toLowerCase() || '/';
}

// Of a list, the first: what the client sent to the first proxy.
function header({ headers }: Request, name: string): string | undefined {
  const value = headers?.[name];
  return value === undefined ? undefined : String(value).split(',', 1)[0]?.trim();
}
