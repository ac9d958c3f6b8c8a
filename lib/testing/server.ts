import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { URL } from 'node:url';
import { isOwnHost, readBody, refusalOfHost } from './admission.js';
import { chooseOnMenu, pressOnSignInPage } from './browser.js';
import { type ScriptedFailure, ScriptedFailures } from './failures.js';
import { FakeHiworks, type Instructions } from './hiworks.js';
import { type HiworksServerOptions, readServerOptions, readURL } from './options.js';
import { type HiworksRequest, parseRequest, type ScriptedEndpoint, SSO_TOKENS_PATH } from './requests.js';
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
  /**
   * The requests that the server received, in order, without those that it refused unread (another `Host`, a body over
   * 64 KiB). Grows until it is emptied: `requests.length = 0`.
   */
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
   * URL), chooses the user with this `userNo` and resolves with the URL Hiworks redirects to (the callback with its
   * `auth_code`). Rejects with an `Error` if there is no `location`, or with the page's text if Hiworks refuses.
   */
  signIn(location: string | null | undefined, userNo: string): Promise<string>;
  /**
   * The same, but the user presses 취소. Resolves with the callback with `error=access_denied` and a Korean
   * `error_description`: an assumption, it is not known what Hiworks does then.
   */
  refuse(location: string | null | undefined): Promise<string>;
  /**
   * Does what a browser does when the user with this `userNo` clicks the Hiworks menu: resolves with `ssoURL` and a new
   * `token`. Rejects with an `Error` that carries the page's text if there is no `ssoURL`, or no such user.
   */
  openMenu(userNo: string): Promise<string>;
  /**
   * Scripts the response to the next request at an endpoint; further calls queue up behind it. At `'authorization'` that
   * is the response to opening the sign-in page. A client that repeats a request because its connection was reset
   * meets the same failure again. Throws a `TypeError` for what is not a `ScriptedFailure`.
   */
  fail(endpoint: ScriptedEndpoint, failure: ScriptedFailure): void;
  /** Stops the server and ends every connection, hanging ones too. May be called again. */
  close(): Promise<void>;
}

/** Where and how a server runs. */
export interface Hosting {
  /** The address to listen on. On all addresses (`0.0.0.0`), requests may have any `Host`. */
  host: string;
  /** Whether it is a program of its own, which keeps its process alive, and no requests. */
  isProgram: boolean;
  instructions: Instructions;
  /** Called with every request that gets a response. */
  observe(request: HiworksRequest, response: HiworksResponse): void;
}

const IN_TESTS: Hosting = {
  host: '127.0.0.1',
  isProgram: false,
  instructions: {
    callbackURL: 'createHiworksServer의 callbackURL 옵션으로 지정하거나 register()로 등록해 주세요.',
    ssoURL: 'createHiworksServer의 ssoURL 옵션으로 지정하거나 registerMenu()로 등록해 주세요.',
  },
  observe: () => undefined,
};

/**
 * Starts a fake Hiworks on 127.0.0.1, for tests and demos: the sign-in page, the token endpoint and the profile, and the
 * Hiworks menu with its `v4/tokens`. It is strict: a token request needs exactly the documented fields, a code can be
 * used once and for ten minutes, `online` gives no refresh token. It was never compared with Hiworks itself.
 *
 * @param options See `HiworksServerOptions`; none is required.
 * @returns The running server. It does not keep the process alive.
 * @throws As a rejection: a `TypeError` that names a wrong option, or the system's error if the port is taken.
 */
export function createHiworksServer(options: HiworksServerOptions = {}): Promise<HiworksServer> {
  return startHiworksServer(options, IN_TESTS);
}

/** The same, hosted otherwise. `url` is always that of 127.0.0.1. */
export async function startHiworksServer(
  options: HiworksServerOptions,
  { host, isProgram, instructions, observe }: Hosting,
): Promise<HiworksServer> {
  const settings = readServerOptions(options);
  const { users, clientID, clientSecret, signInAs } = settings;
  const hiworks = new FakeHiworks(settings, instructions);
  const failures = new ScriptedFailures();
  const requests: HiworksRequest[] = [];
  const used = new WeakSet<object>();

  const server = createServer(async (message, response) => {
    const isConnectionReused = used.has(message.socket);
    used.add(message.socket);
    const isReadable = host !== IN_TESTS.host || isOwnHost(message.headers.host, url);
    const body = isReadable ? await readBody(message) : refusalOfHost(url);
    if (body === undefined) {
      return;
    }
    if (typeof body !== 'string') {
      observe(parseRequest(message, ''), body);
      response.setHeader('connection', 'close');
      send(response, body);
      return;
    }
    const received = parseRequest(message, body);
    const { target, params, fields, ...request } = received;
    if (!isProgram) {
      requests.push(request);
    }
    const script = failures.next(received, isConnectionReused);
    if (script === 'reset') {
      message.socket.resetAndDestroy();
    } else if (script === 'truncate') {
      truncate(response);
    } else if (script !== 'hang') {
      const outcome = script && 'body' in script ? script : hiworks.respond(received, script?.query);
      observe(request, outcome);
      send(response, outcome);
    }
  });

  if (!isProgram) {
    server.on('connection', (socket) => socket.unref()).unref();
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.port, host, resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;

  async function press(location: string | null | undefined, button: Record<string, string>): Promise<string> {
    if (!location) {
      throw new Error(
        'no location: the application did not redirect to Hiworks (look at the response of its start route)',
      );
    }
    if (!URL.canParse(location) || new URL(location).origin !== url) {
      throw new Error(`${location} is not a URL of this Hiworks server, which is at ${url}`);
    }
    if (signInAs !== undefined && button.user_no !== signInAs) {
      throw new Error(`signInAs is ${signInAs}: there is no sign-in page to choose anything else on`);
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
      hiworks.oauth.callbackURL = readURL('callbackURL', callbackURL);
    },
    registerMenu(ssoURL) {
      hiworks.menu.ssoURL = readURL('ssoURL', ssoURL);
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
