import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { URL } from 'node:url';
import { inspect } from 'node:util';

import { Strategy } from 'passport-strategy';
import { type HiworksSSOProfile, readPerson } from '../hiworks/menu-token.js';
import { ConnectionPool } from '../http/agent.js';
import { createEndpoint, HttpClient } from '../http/client.js';
import { faultOf } from '../login/callback.js';
import {
  conclude,
  fail,
  failNotANavigation,
  failPrefetch,
  forOneRequest,
  type Outcome,
} from '../passport/outcome.js';
import { isNavigation, isPrefetch, pathOf, type Request, readParameters } from '../passport/request.js';
import { type AnyVerify, callVerify, type HiworksVerifyDone } from '../passport/verify.js';
import { equal } from '../util/constant-time.js';
import { OptionReader } from '../util/option-reader.js';
import { sanitize } from '../util/redact.js';

/** What `new HiworksSSOStrategy(options, verify)` takes. */
export interface HiworksSSOStrategyOptions {
  /**
   * The path of the URL that is registered with Hiworks. Required. Its last segment has to be unguessable, at least 22
   * characters of `[A-Za-z0-9_-]`: nothing in a token says which company it is for, so this is what keeps out the people of
   * every other company, whose administrator can take a token of his own to a URL that he knows.
   */
  path: string | undefined;
  /** Default `https://link-api.hiworks.com/v4/tokens` (documented, as paraphrased). */
  tokensURL?: string | undefined;
  /** Milliseconds for one whole exchange with Hiworks, waiting (at most half of it) included. Default 10000. */
  timeout?: number | undefined;
  /** For the request to Hiworks. Default: a keep-alive pool of its own, as `HiworksStrategy`'s. */
  agent?: Agent | undefined;
  /** Headers for the request to Hiworks. */
  customHeaders?: OutgoingHttpHeaders | undefined;
  /** `true` hands the request to `verify` as its first argument. */
  passReqToCallback?: false | undefined;
}

/** The options of a strategy whose `verify` gets the request as its first argument. */
export interface HiworksSSOStrategyOptionsWithRequest
  extends Omit<HiworksSSOStrategyOptions, 'passReqToCallback'> {
  passReqToCallback: true;
}

/** Says who the person is: through `done`, by returning the user, or a promise. Find a known `userNo`; create nobody. */
export type HiworksSSOVerify = (profile: HiworksSSOProfile, done: HiworksVerifyDone) => unknown;

/** The same under `passReqToCallback: true`. */
export type HiworksSSOVerifyWithRequest = (
  // The request that passport-strategy's types name.
  req: Parameters<Strategy['authenticate']>[0],
  profile: HiworksSSOProfile,
  done: HiworksVerifyDone,
) => unknown;

const OWN = Symbol('passport-hiworks/sso');

interface Own {
  readonly path: string;
  readonly tokensURL: URL;
  readonly agent: Agent | undefined;
  readonly headers: OutgoingHttpHeaders;
  readonly passReqToCallback: boolean;
  readonly verify: AnyVerify;
  readonly http: HttpClient;
  readonly pool: ConnectionPool;
}

const OPTIONS = ['path', 'tokensURL', 'timeout', 'agent', 'customHeaders', 'passReqToCallback'];
const MEANINGLESS = {
  allowedOffices:
    'nothing in a token says which company it is for; an unguessable `path`, and a `verify` that creates nobody, keep ' +
    'other companies out',
  callbackURL: 'the login begins at Hiworks, which has the URL registered; `path` is its path',
  clientID: 'this login has no client',
  clientSecret: 'this login has no client',
  state: 'the login begins at Hiworks: there is nothing to carry over',
};
const MIN_SECRET_LENGTH = 22;
const MAX_TOKEN_LENGTH = 2048;

/**
 * The Passport strategy for the login from a Hiworks menu ("SSO 외부로 연동"), for companies without an OAuth client.
 * Experimental: documented at second hand, never seen run.
 *
 * ```ts
 * passport.use(new HiworksSSOStrategy({ path: process.env.HIWORKS_SSO_PATH },
 *   (profile, done) => done(null, employees.get(profile.userNo) ?? false)));
 * ```
 */
export class HiworksSSOStrategy extends Strategy {
  /** `'hiworks-sso'`: what `passport.authenticate` knows the strategy by. */
  name = 'hiworks-sso';
  /** @internal */
  declare readonly [OWN]: Own;

  /** Takes the options and `verify`. Throws a `TypeError` that names the option for a wrong one. */
  constructor(options: HiworksSSOStrategyOptions, verify: HiworksSSOVerify);
  /** The same under `passReqToCallback: true`: `verify` gets the request first. */
  constructor(options: HiworksSSOStrategyOptionsWithRequest, verify: HiworksSSOVerifyWithRequest);
  constructor(options: HiworksSSOStrategyOptions | HiworksSSOStrategyOptionsWithRequest, verify: AnyVerify) {
    super();
    if (typeof options !== 'object' || options === null) {
      throw new TypeError('HiworksSSOStrategy: `options` must be an object with a `path`');
    }
    if (typeof verify !== 'function') {
      throw new TypeError('HiworksSSOStrategy: `verify` must be a function');
    }
    const read = new OptionReader('HiworksSSOStrategy', options, OPTIONS, MEANINGLESS);
    const own: Own = {
      path: readPath(read.value('path')),
      tokensURL: read.url('tokensURL', 'https://link-api.hiworks.com/v4/tokens'),
      agent: read.agent('agent'),
      headers: {
        accept: 'application/json',
        'user-agent': 'passport-hiworks',
        ...read.headers('customHeaders'),
        'content-type': 'application/json',
      },
      passReqToCallback: read.flag('passReqToCallback'),
      verify,
      http: new HttpClient(read.timeout('timeout')),
      pool: new ConnectionPool(),
    };
    Object.defineProperty(this, OWN, { value: own });
  }

  /**
   * Passport's entry point: finishes the login that a click on the menu began. Takes the framework's request; ends in
   * exactly one of Passport's actions.
   */
  override authenticate(req: Request): void {
    const strategy = forOneRequest(this, OWN);
    conclude({ strategy, req }, logIn);
  }

  /** @internal Shows no secret, whoever prints the strategy. */
  [inspect.custom](): string {
    return `${this.constructor.name} { name: '${this.name}' }`;
  }
}

async function logIn({ strategy, req }: { strategy: HiworksSSOStrategy; req: Request }): Promise<Outcome> {
  const own = strategy[OWN];
  const { token } = readParameters(req, ['token'], 'token');
  const refused = refuse(own, req, token);
  if (refused) {
    return refused;
  }
  const profile = await requestPerson(own, token as string);
  return await callVerify(own.verify, own.passReqToCallback ? [req, profile] : [profile]);
}

/** What is wrong with the request, if anything is: nothing is sent to Hiworks then. */
function refuse(own: Own, req: Request, token: unknown): Outcome | undefined {
  if (!isPath(pathOf(req), own.path)) {
    return fail('wrong_path', 'the path is not the one that is registered with Hiworks');
  }
  if (isPrefetch(req)) {
    return failPrefetch();
  }
  if ((req.method ?? 'GET') !== 'GET') {
    return fail('wrong_method', `the token came by ${sanitize(req.method)}, not GET; it was not used`);
  }
  const fault = token === undefined ? 'is missing' : faultOf(token, MAX_TOKEN_LENGTH);
  if (fault || /^\.+$/.test(token as string)) {
    return fail('bad_callback', `\`token\` ${fault ?? 'is nothing but dots'}`);
  }
  return isNavigation(req) ? undefined : failNotANavigation();
}

/** Asks Hiworks whose token it is. */
async function requestPerson(own: Own, token: string): Promise<HiworksSSOProfile> {
  const { tokensURL } = own;
  const url = new URL(tokensURL);
  const path = tokensURL.pathname.replace(/\/$/, '');
  // Encoded, the token stays one segment of the path, whatever is in it.
  url.pathname = `${path}/${encodeURIComponent(token)}`;
  const endpoint = createEndpoint('GET', url, `${tokensURL.origin}${path}/{token}`);
  const agent = own.agent ?? own.pool.agentFor(url.protocol);
  return readPerson(await own.http.send(endpoint, agent, own.headers), token);
}

function readPath(value: unknown): string {
  // Whatever it is, it may be meant to be secret: it is not shown.
  if (typeof value !== 'string' || !/^\/[^?#\s]*$/.test(value)) {
    throw new TypeError(
      'HiworksSSOStrategy: `path` must be a path that begins with / and has no query (is its environment variable set?)',
    );
  }
  const path = value.replace(/\/$/, '');
  if (!/^[\w-]+$/.test(lastSegment(path)) || lastSegment(path).length < MIN_SECRET_LENGTH) {
    throw new TypeError(
      `HiworksSSOStrategy: the last segment of \`path\` must be unguessable: at least ${MIN_SECRET_LENGTH} characters of ` +
        '[A-Za-z0-9_-]. Make one with: node -p "crypto.randomBytes(24).toString(\'base64url\')"',
    );
  }
  return path;
}

// A proxy, or a router's mount, may have stripped or added a prefix, but never the last segment.
function isPath(requested: string, path: string): boolean {
  const given = requested.replace(/\/$/, '');
  return equal(lastSegment(path), lastSegment(given)) && (given.endsWith(path) || path.endsWith(given));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
