import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { URL, URLSearchParams } from 'node:url';
import { chooseOnMenu, pressOnSignInPage } from './browser.js';
import { Failures, type HiworksFailure } from './failures.js';
import { parseForm } from './forms.js';
import { Hiworks } from './hiworks.js';
import { type HiworksServerOptions, readOptions, readURL } from './options.js';
import {
  type Call,
  endpointAt,
  type HiworksFailureEndpoint,
  type HiworksRequest,
  SSO_TOKENS_PATH,
} from './requests.js';
import type { HiworksResponse } from './responses.js';
import type { HiworksUser } from './users.js';

/** The options of `HiworksStrategy` that lead it to this server. */
export interface HiworksStrategySettings {
  /** The id of the registered client. */
  clientID: string;
  /** The secret that goes with it. */
  clientSecret: string;
  /** The server's origin, under which all three endpoints are. */
  baseURL: string;
}

/** The options of `HiworksSSOStrategy` that lead it to this server. */
export interface HiworksSSOStrategySettings {
  /** The absolute URL of `v4/tokens`. */
  tokensURL: string;
}

/** A running fake Hiworks, see `createHiworksServer`. */
export interface HiworksServer {
  /** The server's origin, e.g. `http://127.0.0.1:49152`. Its `/` is the page of the Hiworks menu. */
  readonly url: string;
  /** To be spread into the options of `HiworksStrategy`. */
  readonly options: Readonly<HiworksStrategySettings>;
  /** To be spread into the options of `HiworksSSOStrategy`. */
  readonly ssoOptions: Readonly<HiworksSSOStrategySettings>;
  /** The users who can sign in. */
  readonly users: readonly Readonly<HiworksUser>[];
  /** Everything the server was sent, in order. Grows until it is emptied: `requests.length = 0`. */
  readonly requests: HiworksRequest[];
  /**
   * Registers the client's redirect URL in place of the former one, for when an application's port is known late.
   * Throws a `TypeError` unless it is absolute and `http:` or `https:`.
   */
  register(callbackURL: string): void;
  /** Registers where the Hiworks menu leads, likewise. */
  registerMenu(ssoURL: string): void;
  /**
   * Does what a browser does once an application has redirected it to Hiworks: opens `location` (the authorization
   * URL), chooses the user with this `userNo` and resolves to the address Hiworks redirects to (the callback with its
   * `auth_code`). Rejects with an `Error` that carries the page's text if Hiworks refuses.
   */
  signIn(location: string, userNo: string): Promise<string>;
  /**
   * The same, but the user presses 취소. Resolves to the callback with `error=access_denied` and a Korean
   * `error_description`: an assumption, it is not known what Hiworks does then.
   */
  refuse(location: string): Promise<string>;
  /**
   * Does what a browser does when the user with this `userNo` clicks the Hiworks menu: resolves to `ssoURL` with a new
   * `token`. Rejects with an `Error` that carries the page's text if there is no `ssoURL`, or no such user.
   */
  openMenu(userNo: string): Promise<string>;
  /**
   * Scripts the response to the next request at an endpoint; further calls queue up behind it. At `'authorization'` that
   * is the response to opening the sign-in page. A client that repeats a request because its connection was reset
   * meets the same failure again. Throws a `TypeError` for what is not a `HiworksFailure`.
   */
  fail(endpoint: HiworksFailureEndpoint, failure: HiworksFailure): void;
  /** Stops the server and ends every connection, hanging ones too. May be called again. */
  close(): Promise<void>;
}

/** What only the command needs. */
export interface Hosting {
  /** The address to listen on. */
  host: string;
  /** Called with every request that gets a response. */
  observe(request: HiworksRequest, response: HiworksResponse): void;
}

const LOOPBACK: Hosting = { host: '127.0.0.1', observe: () => undefined };

/**
 * Starts a fake Hiworks on 127.0.0.1, for tests and demos: the sign-in page, the token endpoint and the profile, and the
 * Hiworks menu with its `v4/tokens`. It is strict: a token request needs exactly the documented fields, codes are good
 * once and for ten minutes, `online` gives no refresh token. Nobody had a live Hiworks to compare it with.
 *
 * @param options See `HiworksServerOptions`; none is required.
 * @returns The running server. It keeps the process alive until `close()`.
 * @throws As a rejection: a `TypeError` that names a wrong option, or the system's error if the port is taken.
 */
export function createHiworksServer(options: HiworksServerOptions = {}): Promise<HiworksServer> {
  return startHiworksServer(options, LOOPBACK);
}

/** The same on any address, and under observation. `url` is always that of 127.0.0.1. */
export async function startHiworksServer(
  options: HiworksServerOptions,
  { host, observe }: Hosting,
): Promise<HiworksServer> {
  const settings = readOptions(options);
  const { users, clientID, clientSecret, signInAs } = settings;
  const hiworks = new Hiworks(settings);
  const failures = new Failures();
  const requests: HiworksRequest[] = [];
  const used = new WeakSet<object>();

  const server = createServer(async (message, response) => {
    const isConnectionReused = used.has(message.socket);
    used.add(message.socket);
    const call = await readCall(message);
    if (call === undefined) {
      return;
    }
    const { target, params, fields, ...request } = call;
    requests.push(request);
    const script = failures.next(call, isConnectionReused);
    if (script === 'reset') {
      message.socket.resetAndDestroy();
    } else if (script === 'truncate') {
      truncate(response);
    } else if (script !== 'hang') {
      const outcome = script && 'body' in script ? script : hiworks.respond(call, script?.query);
      observe(request, outcome);
      send(response, outcome);
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.port, host, resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;

  async function press(location: string, button: Record<string, string>): Promise<string> {
    if (!URL.canParse(location) || new URL(location).origin !== url) {
      throw new Error(`${location} is not an address of this Hiworks server, which is at ${url}`);
    }
    if (signInAs && button.user_no !== signInAs.userNo) {
      throw new Error(`signInAs is ${signInAs.userNo}: there is no sign-in page to choose anything else on`);
    }
    return pressOnSignInPage(location, button);
  }

  return {
    url,
    options: { clientID, clientSecret, baseURL: url },
    ssoOptions: { tokensURL: url + SSO_TOKENS_PATH },
    users,
    requests,
    register(callbackURL) {
      hiworks.oauth.callbackURL = readURL(callbackURL, 'callbackURL');
    },
    registerMenu(ssoURL) {
      hiworks.sso.ssoURL = readURL(ssoURL, 'ssoURL');
    },
    signIn: (location, userNo) => press(location, { user_no: userNo }),
    refuse: (location) => press(location, { cancel: '1' }),
    openMenu: (userNo) => chooseOnMenu(url, userNo),
    fail: (endpoint, failure) => failures.add(endpoint, failure),
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

async function readCall(message: IncomingMessage): Promise<Call | undefined> {
  let body: string;
  try {
    body = await text(message);
  } catch {
    // The client hung up before its body was complete.
    return undefined;
  }
  const { url: target = '', method = '', headers } = message;
  const queryStart = `${target}?`.indexOf('?');
  const path = target.slice(0, queryStart);
  const params = new URLSearchParams(target.slice(queryStart));
  const fields = parseForm(headers['content-type'] ?? '', body);
  return {
    endpoint: endpointAt(path),
    method,
    path,
    query: Object.fromEntries(params),
    headers,
    body,
    form: Object.fromEntries(fields ?? []),
    target,
    params,
    fields,
  };
}

function send(response: ServerResponse, { status, headers, body }: HiworksResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
  response.end(body);
}

function truncate(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': '1000' });
  response.write('{"code":"SUC","msg":"","data":{', () => response.destroy());
}
