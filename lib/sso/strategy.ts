import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { URL } from 'node:url';
import { inspect } from 'node:util';

import { Strategy } from 'passport-strategy';
import { validateCredential } from '../passport/credential.js';
import { deliver, fail, failNotANavigation, failPrefetch, forOneRequest, type Outcome } from '../passport/outcome.js';
import { isNavigation, isPrefetch, pathOf, type Request, readParameters } from '../passport/request.js';
import { type AnyVerify, callVerify, type HiworksVerifyDone } from '../passport/verify.js';
import { agent, type Check, endpointURL, flag, headers, readOptions, timeout, withDefault } from '../util/checks.js';
import { equal } from '../util/constant-time.js';
import { sanitize } from '../util/redact.js';
import { type HiworksSSOProfile, hasDotSegment, MENU_TOKENS_URL, MenuTokenAPI } from './menu-token.js';

/** What `new HiworksSSOStrategy(options, verify)` takes. */
export interface HiworksSSOStrategyOptions {
  /**
   * The path of the URL registered with Hiworks. Required. Its last segment must be unguessable, at least 22 characters of
   * `[A-Za-z0-9_-]`: nothing in a token identifies the company, so this keeps out users of other companies, whose
   * administrators can send tokens of their own to any URL that they know.
   */
  path: string | undefined;
  /** Default `https://link-api.hiworks.com/v4/tokens` (documented, as paraphrased). */
  tokensURL?: string | undefined;
  /** Milliseconds for one whole exchange with Hiworks, at most half of it waiting for a turn. Default 10000. */
  timeout?: number | undefined;
  /** For the request to Hiworks. Default: Node's current global agent. */
  agent?: Agent | undefined;
  /** Headers for the request to Hiworks. */
  customHeaders?: OutgoingHttpHeaders | undefined;
  /** `true` hands the request to `verify` as its first argument. */
  passReqToCallback?: false | undefined;
}

/** The options of a strategy whose `verify` gets the request as its first argument. */
export interface HiworksSSOStrategyOptionsWithRequest extends Omit<HiworksSSOStrategyOptions, 'passReqToCallback'> {
  passReqToCallback: true;
}

/** Looks up a known `userNo` and passes the user to `done`, or returns it or a promise of it. Create no accounts here. */
export type HiworksSSOVerify = (profile: HiworksSSOProfile, done: HiworksVerifyDone) => unknown;

/** The same under `passReqToCallback: true`. */
export type HiworksSSOVerifyWithRequest = (
  // The request that passport-strategy's types name.
  req: Parameters<Strategy['authenticate']>[0],
  profile: HiworksSSOProfile,
  done: HiworksVerifyDone,
) => unknown;

/** Internal state, keyed by a symbol so that subclasses cannot collide with it. */
const INTERNALS = Symbol('passport-hiworks/sso');

interface Internals {
  readonly path: string;
  readonly passReqToCallback: boolean;
  readonly verify: AnyVerify;
  readonly api: MenuTokenAPI;
}

const MIN_SEGMENT_LENGTH = 22;
const MAX_TOKEN_LENGTH = 2048;

// Possibly a secret, so never shown.
const secretPath: Check<string> = (value, invalid) => {
  if (typeof value !== 'string' || !/^\/[^?#\s]*$/.test(value)) {
    return invalid('a path that begins with / and has no query', 'hidden');
  }
  // Percent-encoded, as browsers send it.
  const path = Object.assign(new URL('http://localhost'), { pathname: value }).pathname.replace(/\/$/, '');
  return /^[\w-]+$/.test(lastSegment(path)) && lastSegment(path).length >= MIN_SEGMENT_LENGTH
    ? path
    : invalid(
        `a path with an unguessable last segment, at least ${MIN_SEGMENT_LENGTH} characters of [A-Za-z0-9_-] (make one with: ` +
          'node -p "crypto.randomBytes(24).toString(\'base64url\')")',
        'hidden',
      );
};

const CHECKS = {
  path: secretPath,
  tokensURL: withDefault(new URL(MENU_TOKENS_URL), endpointURL),
  timeout,
  agent,
  customHeaders: headers,
  passReqToCallback: flag,
};

const NO_CLIENT = 'this login has no client';

const UNSUPPORTED = {
  allowedOffices:
    'nothing in a token identifies the company; an unguessable `path`, and a `verify` that creates no accounts, keep other ' +
    'companies out',
  callbackURL: 'the login starts at Hiworks, where the URL is registered; `path` is its path',
  clientID: NO_CLIENT,
  clientSecret: NO_CLIENT,
  state: 'the login starts at Hiworks, so there is nothing to carry over',
};

/**
 * The Passport strategy for the login from a Hiworks menu ("SSO 외부로 연동"), for companies without an OAuth client.
 * Experimental: known from second-hand documentation, never seen run.
 *
 * ```ts
 * passport.use(new HiworksSSOStrategy({ path: process.env.HIWORKS_SSO_PATH },
 *   (profile, done) => done(null, employees.get(profile.userNo) ?? false)));
 * ```
 */
export class HiworksSSOStrategy extends Strategy {
  name = 'hiworks-sso';
  /** The class itself, as in other strategies. */
  static readonly Strategy: typeof HiworksSSOStrategy = HiworksSSOStrategy;
  /** @internal */
  declare readonly [INTERNALS]: Internals;

  /** Takes the options and `verify`. Throws a `TypeError` that names an invalid option. */
  constructor(options: HiworksSSOStrategyOptions, verify: HiworksSSOVerify);
  /** With `passReqToCallback: true`: `verify` gets the request first. */
  constructor(options: HiworksSSOStrategyOptionsWithRequest, verify: HiworksSSOVerifyWithRequest);
  constructor(options: HiworksSSOStrategyOptions | HiworksSSOStrategyOptionsWithRequest, verify: AnyVerify) {
    super();
    const { path, passReqToCallback, ...settings } = readOptions('HiworksSSOStrategy', options, CHECKS, UNSUPPORTED);
    if (typeof verify !== 'function') {
      throw new TypeError('HiworksSSOStrategy: `verify` must be a function');
    }
    const internals: Internals = { path, passReqToCallback, verify, api: new MenuTokenAPI(settings) };
    Object.defineProperty(this, INTERNALS, { value: internals });
  }

  /**
   * Passport's entry point: finishes the login that a click on the menu started. Takes the framework's request; ends in
   * exactly one of Passport's actions.
   */
  override authenticate(req: Request): void {
    deliver(forOneRequest(this, INTERNALS), req, () => logIn(this[INTERNALS], req));
  }

  /** @internal Shows no secret. */
  [inspect.custom](): string {
    return `${this.constructor.name} { name: '${this.name}' }`;
  }
}

async function logIn({ path, passReqToCallback, verify, api }: Internals, req: Request): Promise<Outcome> {
  const token = readParameters(req, ['token'], 'token').token;
  const failure = validateRequest(req, path, token);
  if (failure) {
    return failure;
  }
  const profile = await api.user(token as string);
  return callVerify(verify, passReqToCallback ? [req, profile] : [profile]);
}

/** The failure of a request that cannot be a login; nothing is sent to Hiworks then. */
function validateRequest(req: Request, path: string, token: unknown): Outcome | undefined {
  if (!matchesPath(pathOf(req), path)) {
    return fail('wrong_path', 'the path is not the one registered with Hiworks');
  }
  if (isPrefetch(req)) {
    return failPrefetch();
  }
  const { method = 'GET' } = req;
  if (method !== 'GET') {
    return fail('wrong_method', `the token came by ${sanitize(method)}, not GET; it was not used`);
  }
  const problem = validateCredential(token, MAX_TOKEN_LENGTH);
  if (problem) {
    return fail('bad_callback', `\`token\` ${problem}`);
  }
  if (hasDotSegment(token as string)) {
    return fail('bad_callback', '`token` has a dot segment, which a gateway may take for another path');
  }
  return isNavigation(req) ? undefined : failNotANavigation();
}

// A proxy or a router's mount may have stripped or added a prefix, but never the last segment.
function matchesPath(requested: string, path: string): boolean {
  const given = requested.replace(/\/$/, '');
  return equal(lastSegment(path), lastSegment(given)) && (given.endsWith(path) || path.endsWith(given));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
