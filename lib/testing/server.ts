import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer } from './answers.js';
import { type HiworksFailure, type HiworksFailureEndpoint, readFailure, type Script } from './failures.js';
import {
  AUTHORIZATION_PATH,
  type Call,
  ENDPOINTS,
  Hiworks,
  type HiworksRequest,
  PROFILE_PATH,
  SIGN_IN_PATH,
  TOKEN_PATH,
} from './hiworks.js';
import { type HiworksServerOptions, type HiworksUser, readCallbackURL, readOptions } from './options.js';
import { hiddenFields, pageText } from './pages.js';
import { parseForm } from './protocol.js';

/** The options of `HiworksStrategy` that lead it to this server. */
export interface HiworksStrategySettings {
  /** The id of the registered client. */
  clientID: string;
  /** The secret that goes with it. */
  clientSecret: string;
  /** The sign-in page's absolute URL. */
  authorizationURL: string;
  /** The token endpoint's absolute URL. */
  tokenURL: string;
  /** The profile's absolute URL. */
  userProfileURL: string;
}

/** A running fake Hiworks, see `createHiworksServer`. */
export interface HiworksServer {
  /** The server's origin, e.g. `http://127.0.0.1:49152`. */
  readonly url: string;
  /** To be spread into the options of `HiworksStrategy`. */
  readonly options: Readonly<HiworksStrategySettings>;
  /** The people who can sign in. */
  readonly users: readonly Readonly<HiworksUser>[];
  /** Everything the server was sent, in order. Grows until it is emptied: `requests.length = 0`. */
  readonly requests: HiworksRequest[];
  /**
   * Registers the client's redirect URL in place of the former one, for when an app's port is known late. Throws a
   * `TypeError` unless it is absolute and `http:` or `https:`.
   */
  register(callbackURL: string): void;
  /**
   * Does what a browser does once an app has redirected it to Hiworks: opens `location` (the authorization URL), chooses
   * the person with this `userNo` and resolves to the address Hiworks redirects to (the callback with its `auth_code`).
   * Rejects with an `Error` that carries the page's text if Hiworks refuses.
   */
  signIn(location: string, userNo: string): Promise<string>;
  /**
   * The same, but the person presses 취소. Resolves to the callback with `error=access_denied` and a Korean
   * `error_description`: an assumption, it is not known what Hiworks does then.
   */
  refuse(location: string): Promise<string>;
  /**
   * Scripts the next answer of an endpoint; further calls queue up behind it. At `'authorization'` that is the answer
   * to opening the sign-in page. Throws a `TypeError` for what is not a `HiworksFailure`.
   */
  fail(endpoint: HiworksFailureEndpoint, failure: HiworksFailure): void;
  /** Stops the server and ends every connection, hanging ones too. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a fake Hiworks on 127.0.0.1, for tests and demos: the sign-in page, the token endpoint and the profile. It is
 * strict: a token request needs exactly the documented fields, codes are good once and for ten minutes, `online` gives
 * no refresh token. Nobody had a live Hiworks to compare it with.
 *
 * @param options See `HiworksServerOptions`; none is required.
 * @returns The running server. It keeps the process alive until `close()`.
 * @throws As a rejection: a `TypeError` that names a wrong option, or the system's error if the port is taken.
 */
export async function createHiworksServer(options: HiworksServerOptions = {}): Promise<HiworksServer> {
  const settings = readOptions(options);
  const { users, clientID, clientSecret } = settings;
  const hiworks = new Hiworks(settings);
  const requests: HiworksRequest[] = [];
  const scripts = new Map<string, Script[]>();

  const server = createServer(async (message, response) => {
    const call = await readCall(message);
    if (call === undefined) return;
    const { params, fields, ...request } = call;
    requests.push(request);
    const script = scripts.get(call.endpoint)?.shift();
    if (script === 'hang') return;
    if (script === 'reset') message.socket.resetAndDestroy();
    else if (script === 'truncate') truncate(response);
    else send(response, script && 'body' in script ? script : hiworks.answer(call, script?.query));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;

  async function browse(location: string, choice: Record<string, string>): Promise<string> {
    if (!URL.canParse(location) || new URL(location).origin !== url) {
      throw new Error(`${location} is not an address of this Hiworks server, which is at ${url}`);
    }
    if (settings.signInAs && choice.user_no !== settings.signInAs.userNo) {
      throw new Error(
        `signInAs is ${settings.signInAs.userNo}: there is no sign-in page to choose anything else on`,
      );
    }
    const opened = await visit(location);
    if (opened.location !== undefined) return opened.location;
    const fields = hiddenFields(opened.body);
    if (fields.length === 0) throw refused(opened);
    const body = new URLSearchParams([...fields, ...Object.entries(choice)]);
    const chosen = await visit(url + SIGN_IN_PATH, { method: 'POST', body });
    if (chosen.location === undefined) throw refused(chosen);
    return chosen.location;
  }

  return {
    url,
    options: {
      clientID,
      clientSecret,
      authorizationURL: url + AUTHORIZATION_PATH,
      tokenURL: url + TOKEN_PATH,
      userProfileURL: url + PROFILE_PATH,
    },
    users,
    requests,
    register(callbackURL) {
      hiworks.callbackURL = readCallbackURL(callbackURL);
    },
    signIn: (location, userNo) => browse(location, { user_no: userNo }),
    refuse: (location) => browse(location, { cancel: '1' }),
    fail(endpoint, failure) {
      const script = readFailure(endpoint, failure);
      scripts.set(endpoint, [...(scripts.get(endpoint) ?? []), script]);
    },
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
  const { url = '', method = '', headers } = message;
  const queryStart = `${url}?`.indexOf('?');
  const path = url.slice(0, queryStart);
  const params = new URLSearchParams(url.slice(queryStart));
  const fields = await parseForm(headers['content-type'] ?? '', body);
  return {
    endpoint: ENDPOINTS.get(path) ?? 'unknown',
    method,
    path,
    query: Object.fromEntries(params),
    headers,
    body,
    form: Object.fromEntries(fields ?? []),
    params,
    fields,
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

function truncate(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': '1000' });
  response.write('{"code":"SUC","msg":"","data":{', () => response.destroy());
}

interface Visit {
  status: number;
  location: string | undefined;
  body: string;
}

async function visit(address: string, init: RequestInit = {}): Promise<Visit> {
  const response = await fetch(address, { ...init, redirect: 'manual' });
  const location = response.headers.get('location') ?? undefined;
  return { status: response.status, location, body: await response.text() };
}

function refused({ status, body }: Visit): Error {
  return new Error(`Hiworks refused with HTTP ${status}: ${pageText(body)}`);
}
