import { URL, URLSearchParams } from 'node:url';

import type { CALLBACK_PARAMETERS } from '../options.js';

/** The parts of a request that are used, in any framework: Express, Koa, Fastify, NestJS, Hono, node:http. All may be missing. */
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

type Connection = { encrypted?: boolean; remoteAddress?: string | undefined };

/** The parameters of a request. One that is repeated or nested is not a string. */
export type Parameters = Partial<Record<(typeof CALLBACK_PARAMETERS)[number] | 'token', unknown>>;

const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/** The names of all parameters of a request. */
export function parameterNames(req: Request): string[] {
  return [...new Set([...Object.keys(queryOf(req)), ...new URLSearchParams(splitTarget(req).query).keys()])];
}

/**
 * The parameters called `names`: those of `req.query` if it has `required`, otherwise those of the URL as well, since the
 * framework's parser may be off.
 */
export function readParameters(
  req: Request,
  names: readonly (keyof Parameters)[],
  required: keyof Parameters,
): Parameters {
  const query = queryOf(req);
  if (query[required] !== undefined) {
    return query;
  }
  const inURL = new URLSearchParams(splitTarget(req).query);
  const parameters: Parameters = {};
  for (const name of names) {
    const values = inURL.getAll(name);
    parameters[name] = query[name] ?? (values.length > 1 ? values : values[0]);
  }
  return parameters;
}

// To be read once: Express 5 parses the query anew each time.
function queryOf({ query }: Request): Parameters {
  return typeof query === 'object' && query !== null ? query : {};
}

/** True if the body, but not the query, carries the parameter of a callback. */
export function hasCodeInBody({ body }: Request): boolean {
  const fields = body as Parameters | null | undefined;
  return Boolean(fields?.auth_code ?? fields?.code);
}

/** The path of the request, as it came. */
export function pathOf(req: Request): string {
  return splitTarget(req).path;
}

/** The path of a URL that may be relative to the request's. */
export function pathOfURL(url: string, req: Request): string {
  return resolveURL(url, 'http://localhost', req).pathname;
}

/**
 * True if two paths are the same, or one ends with the other at a slash: a proxy or a router's mount strips or adds a prefix.
 * Case and trailing slashes are ignored, as in routers.
 */
export function isSamePath(path: string, otherPath: string): boolean {
  const one = normalizePath(path);
  const other = normalizePath(otherPath);
  return one.endsWith(other) || other.endsWith(one);
}

/** A path without its trailing slashes, in lower case. */
export function normalizePath(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') {
    end -= 1;
  }
  return path.slice(0, end).toLowerCase() || '/';
}

/** True if the browser requests the page before the link is clicked. */
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

/** `Sec-Fetch-Site`; `undefined` if the browser does not send it: over plain `http:`, or an old one. */
export function fetchSite(req: Request): string | undefined {
  return header(req, 'sec-fetch-site');
}

/** Forbids caches to store the response, if the framework makes it available. */
export function forbidCaching({ res }: Request): void {
  const response = res as { headersSent?: boolean; setHeader?: (name: string, value: string) => void } | undefined;
  if (typeof response?.setHeader === 'function' && !response.headersSent) {
    response.setHeader('Cache-Control', 'no-store');
  }
}

/**
 * Makes `callbackURL` absolute, from the URL of the request if it is relative. `X-Forwarded-Proto` and `X-Forwarded-Host`
 * are honoured if `proxy` is true or the framework trusts the peer; the first value of a list wins. Throws if the request
 * has no usable host.
 */
export function resolveCallbackURL(req: Request, callbackURL: string, proxy: boolean): string {
  if (/^https?:/i.test(callbackURL)) {
    return callbackURL;
  }
  const { protocol, host } = origin(req, proxy);
  if (!host || !HOST.test(host)) {
    throw new Error(
      `Hiworks login: cannot resolve the relative callbackURL ${JSON.stringify(callbackURL)}: the request has no valid ` +
        'Host header (use an absolute callbackURL)',
    );
  }
  return resolveURL(callbackURL, `${protocol}://${host}`, req).href;
}

function resolveURL(url: string, origin: string, req: Request): URL {
  // Set rather than parsed: a request line can name another host, as `GET //evil.example/` does.
  return new URL(url, Object.assign(new URL(origin), { pathname: pathOf(req) }));
}

/** Destroys an unfinished response. */
export function destroyResponse(req: Request): void {
  const incoming = (req.raw ?? req) as { destroy?: () => void };
  const response = req.res as { writableEnded?: boolean; destroy?: () => void } | undefined;
  if (!response?.writableEnded) {
    (response ?? incoming).destroy?.();
  }
}

function origin(req: Request, proxy: boolean): { protocol: string; host: string | undefined } {
  const direct = {
    protocol: (req.socket ?? req.connection)?.encrypted ? 'https' : 'http',
    host: header(req, ':authority') ?? header(req, 'host'),
  };
  if (proxy || trustsProxy(req)) {
    const protocol = header(req, 'x-forwarded-proto')?.toLowerCase() === 'https' ? 'https' : direct.protocol;
    return { protocol, host: header(req, 'x-forwarded-host') || direct.host };
  }
  // Fastify has applied its own trustProxy to these.
  return isFastify(req) ? { protocol: req.protocol, host: req.host } : direct;
}

// Express compiles its setting to a function; koa-passport hands on a flag.
function trustsProxy({ app, socket, connection }: Request): boolean {
  const settings = app as { get?: (name: string) => unknown } | undefined;
  const trust = settings?.get?.('trust proxy fn');
  return typeof trust === 'function'
    ? Boolean(trust((socket ?? connection)?.remoteAddress, 0))
    : settings?.get?.('trust proxy') === true;
}

function isFastify(req: Request): req is Request & { protocol: string; host: string } {
  return Boolean(req.raw) && typeof req.protocol === 'string' && typeof req.host === 'string';
}

function splitTarget(req: Request): { path: string; query: string } {
  // Clients of a proxy send the absolute form.
  const target = (req.originalUrl ?? req.url ?? '').replace(/^https?:\/\/[^/?#]*/i, '');
  const end = `${target}?`.indexOf('?');
  return { path: target.slice(0, end), query: target.slice(end + 1) };
}

/** A header; the first value of a list, which is what the client sent to the first proxy. */
export function header({ headers }: Request, name: string): string | undefined {
  const value = headers?.[name];
  return value === undefined ? undefined : String(value).split(',', 1)[0]?.trim();
}
