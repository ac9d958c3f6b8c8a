import { randomBytes } from 'node:crypto';

import { fail, type Outcome } from '../passport/outcome.js';
import { fetchSite, header, normalizePath, pathOf, type Request } from '../passport/request.js';
import { equal } from '../util/constant-time.js';
import { copyState, type PendingLogin, unexpired, withLogin, withoutLogin } from './pending-logins.js';
import { SharedExchanges } from './shared-exchanges.js';
import type { Callback, FailedLogin, LoginState, Resumption, StartedLogin, TokenRequest } from './state.js';

const NO_SESSION =
  'Hiworks login: the request has no session to keep the login in (is the session middleware registered before both routes, ' +
  'and is its store connected? To work without sessions, pass a `store`, or accept unprotected logins with state: false)';

const STATE_MISSING = "the callback carries no `state` (Hiworks may not return it; state: 'auto' allows for that)";

const STARTED_ELSEWHERE =
  'the callback carries no `state`, and this login was started from another site or, to connect an account, from a typed ' +
  'address (start again from a page of this application)';

const NO_COOKIE =
  'the callback came without any cookie, so its session cannot be found (is the session cookie SameSite=Lax, Secure only ' +
  'behind HTTPS, and set on the host of the callback URL? are cookies blocked?)';

const NO_LOGIN =
  'the session of this callback holds no pending login: it was already used (Back, a reload, a second tab), started over 10 ' +
  "minutes ago, overwritten by another request or application, or kept in another process's memory";

const MISMATCH =
  'the `state` of this callback belongs to no login pending in this session (it was forged, already used, started over 10 ' +
  'minutes ago, or started for something else: `authenticate`, `authorize` and each `assignProperty` do not mix)';

let hasWarned = false;

/** `state: true` and `'auto'`: pending logins under one key of the session. */
export class SessionState implements LoginState {
  private readonly exchanges = new SharedExchanges();

  constructor(
    private readonly key: string,
    private readonly mode: true | 'auto',
  ) {}

  begin(req: Request, { accessType, state, purpose }: StartedLogin): string {
    const handle = randomBytes(24).toString('base64url');
    const login: PendingLogin = {
      handle,
      at: Date.now(),
      accessType,
      path: pathKey(req),
      ...(state !== undefined && { state: copyState(state) }),
      ...(purpose !== undefined && { purpose }),
      ...(!isStartedByUser(req, purpose) && { crossSite: true }),
    };
    this.assign(req, withLogin(this.pending(req), login));
    return handle;
  }

  resume(req: Request, callback: Callback, requestTokens: TokenRequest): Resumption {
    // No await between find() and share(): the same callback may arrive twice at once.
    const login = this.find(req, callback);
    if (!('handle' in login)) {
      return login;
    }
    const { handle, accessType, state } = login;
    // A callback that returned `state` does not take the tokens of one without, which may be forged.
    const key = callback.returned ?? `${handle} unproven`;
    // A session has its logins exchanged one by one, so that a flood of made-up codes does not take everyone's turns.
    const keys = this.pending(req).flatMap((other) => [other.handle, `${other.handle} unproven`]);
    const others = keys.flatMap((other) => (other === key ? [] : (this.exchanges.running(other) ?? [])));
    const exchange = () => requestTokens(accessType);
    const inTurn = () => (others.length > 0 ? Promise.allSettled(others).then(exchange) : exchange());
    return {
      tokens: this.exchanges.share(key, callback.code, inTurn),
      state,
      complete: () => {
        this.remove(req, login, callback);
        if (callback.returned !== undefined && this.mode === 'auto') {
          warnThatStateReturns();
        }
      },
      end: () => this.exchanges.end(key),
    };
  }

  fail(req: Request, callback: Callback, denied: boolean): FailedLogin | Outcome {
    const login = this.find(req, callback);
    if (!('handle' in login)) {
      return login;
    }
    if (denied) {
      this.remove(req, login, callback);
    }
    return { state: login.state, isProven: callback.returned !== undefined };
  }

  hasStartedElsewhere(req: Request): boolean {
    const path = pathKey(req);
    return Boolean(req.session) && this.pending(req).some((login) => login.path !== path);
  }

  private find(req: Request, { returned, purpose }: Callback): PendingLogin | Outcome {
    const pending = this.pending(req);
    const matching = pending.filter((login) => login.purpose === purpose);
    const whyNone = header(req, 'cookie') ? NO_LOGIN : NO_COOKIE;
    const mismatch = () => fail('state_mismatch', pending.length > 0 ? MISMATCH : whyNone);
    if (returned !== undefined) {
      return matching.find(({ handle }) => equal(handle, returned)) ?? mismatch();
    }
    if (this.mode === true) {
      return fail('state_missing', STATE_MISSING);
    }
    const newest = matching.findLast((login) => !login.crossSite);
    if (newest) {
      return newest;
    }
    if (matching.length > 0) {
      return fail('begun_elsewhere', STARTED_ELSEWHERE);
    }
    return pending.length > 0 ? mismatch() : fail('no_pending_login', whyNone);
  }

  // Without a returned `state`, a forged callback could complete any other login that the user started.
  private remove(req: Request, login: PendingLogin, { returned }: Callback): void {
    this.assign(req, withoutLogin(this.pending(req), login, returned !== undefined));
  }

  private pending(req: Request): PendingLogin[] {
    return unexpired(sessionOf(req)[this.key]);
  }

  // The whole key: encrypted cookie sessions notice nothing else.
  private assign(req: Request, pending: PendingLogin[]): void {
    sessionOf(req)[this.key] = pending.length > 0 ? pending : undefined;
  }
}

function sessionOf({ session }: Request): Record<string, unknown> {
  if (!session) {
    throw new Error(NO_SESSION);
  }
  return session as Record<string, unknown>;
}

function pathKey(req: Request): string {
  // Enough to tell two routes apart, and little in a cookie session.
  return normalizePath(pathOf(req)).slice(-64);
}

/**
 * A login that connects an account must come from a page of the application: in Firefox, a foreign page can bring about a start
 * that looks like a typed address. Without the header, the user is assumed to have started it.
 */
function isStartedByUser(req: Request, purpose: string | undefined): boolean {
  const site = fetchSite(req);
  return purpose === undefined
    ? site !== 'cross-site'
    : site === undefined || site === 'same-origin' || site === 'same-site';
}

function warnThatStateReturns(): void {
  if (!hasWarned) {
    hasWarned = true;
    const message = 'Hiworks returned `state` with a callback: set state: true, which protects every login in full';
    process.emitWarning(message, { code: 'HIWORKS_STATE_RETURNED' });
  }
}
