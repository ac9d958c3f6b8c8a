import { randomBytes } from 'node:crypto';
import type { HiworksAccessType } from '../options.js';
import type { HiworksFailureCode } from '../passport/outcome.js';
import { equal } from '../util/constant-time.js';

/** A login that is under way, as the session keeps it while the person is at Hiworks. */
export interface PendingLogin {
  /** What goes out as `state`. */
  handle: string;
  /** When it began, in milliseconds since 1970. */
  at: number;
  accessType: HiworksAccessType;
  /** What the application passed as `authenticate('hiworks', { state })`. */
  state?: unknown;
  /** The `assignProperty` of `authorize`, for a login begun to connect an account. */
  purpose?: string | undefined;
  /** `true` if another site began it. */
  elsewhere?: boolean | undefined;
}

/** Why a callback belongs to no pending login. */
export interface NoLogin {
  code: HiworksFailureCode;
  why: string;
}

type Session = Record<string, unknown>;

const LIFETIME = 10 * 60 * 1000;
// Encrypted cookie sessions hold 4 KB, and nobody logs in in more tabs than this.
const MAX_PENDING = 10;
const HANDLE_BYTES = 24;

const LOST_COOKIE =
  'the session cookie did not come back with the callback, or no login was begun here in the last 10 minutes: no login ' +
  'is pending in this session. If it happens every time, compare the host of the two URLs and look at the ' +
  "cookie's attributes (SameSite=Lax; Secure only behind HTTPS)";

/**
 * The logins that are under way in a session: what is behind `state: true` and `state: 'auto'`.
 *
 * They are kept under one key, which is always assigned whole, since encrypted cookie sessions notice nothing else.
 */
export class PendingLogins {
  private readonly exchanges = new Map<string, { code: string; result: Promise<unknown> }>();

  constructor(
    private readonly key: string,
    private readonly mode: true | 'auto',
  ) {}

  /** Adds a login to the session and returns its handle. Throws if the request has no session. */
  add(req: { session?: unknown }, login: Omit<PendingLogin, 'handle' | 'at'>): string {
    const session = this.sessionOf(req);
    const handle = createHandle();
    const pending = [...alive(session[this.key]), { handle, at: Date.now(), ...login }];
    while (pending.length > MAX_PENDING) {
      // The oldest that another site began, or else the oldest.
      pending.splice(
        Math.max(
          pending.findIndex(({ elsewhere }) => elsewhere),
          0,
        ),
        1,
      );
    }
    session[this.key] = pending;
    return handle;
  }

  /**
   * Finds the login that a callback belongs to, by the `state` that came back or, under `'auto'` and without one, the
   * newest that the person began for this purpose. A login whose code is being exchanged is good for that `code` only.
   * Throws if the request has no session.
   */
  find(
    req: { session?: unknown },
    returned: string | undefined,
    purpose: string | undefined,
    code?: string,
  ): PendingLogin | NoLogin {
    const pending = alive(this.sessionOf(req)[this.key]).filter(
      ({ handle }) => code === undefined || (this.exchanges.get(handle)?.code ?? code) === code,
    );
    const fit = pending.filter((login) => login.purpose === purpose);
    if (returned !== undefined) {
      return fit.find(({ handle }) => equal(handle, returned)) ?? mismatch(pending);
    }
    if (this.mode === true) {
      return {
        code: 'state_missing',
        why: "the callback carries no `state`. Hiworks may not return it: use state: 'auto', which then looks for a pending login",
      };
    }
    return fit.findLast(({ elsewhere }) => !elsewhere) ?? noneBegunHere(pending, fit);
  }

  /** Takes a login that has come to its end out of the session. */
  remove(req: { session?: unknown }, { handle }: PendingLogin): void {
    const session = this.sessionOf(req);
    const others = alive(session[this.key]).filter((login) => login.handle !== handle);
    session[this.key] = others.length > 0 ? others : undefined;
  }

  /**
   * Runs `exchange` for the code of a login, or joins one that is running until `endExchange`: a double click or a reload
   * repeats the callback, and the code is good once.
   */
  exchangeOnce<T>({ handle }: PendingLogin, code: string, exchange: () => Promise<T>): Promise<T> {
    const running = this.exchanges.get(handle) ?? { code, result: exchange() };
    this.exchanges.set(handle, running);
    return running.result as Promise<T>;
  }

  /** To be called when the callback has its outcome. */
  endExchange({ handle }: PendingLogin): void {
    this.exchanges.delete(handle);
  }

  private sessionOf({ session }: { session?: unknown }): Session {
    if (!session) {
      throw new Error(
        'Hiworks login: the request has no session to keep the login in. Register session middleware before ' +
          'both routes, give a `store` of your own, or accept logins without protection with state: false',
      );
    }
    return session as Session;
  }
}

function mismatch(pending: readonly PendingLogin[]): NoLogin {
  return {
    code: 'state_mismatch',
    why:
      pending.length > 0
        ? 'the `state` of this callback belongs to none of the logins pending in this session: it was forged, already ' +
          'used, begun for something else (`authenticate` and `authorize` do not mix), or more than 10 minutes ago'
        : LOST_COOKIE,
  };
}

function noneBegunHere(pending: readonly PendingLogin[], fit: readonly PendingLogin[]): NoLogin {
  if (fit.length > 0) {
    return {
      code: 'begun_elsewhere',
      why:
        'another site led the browser to the start of this login, and the callback carries no `state` that would tell ' +
        'it from a forged one. Start again from a page of this application',
    };
  }
  return pending.length > 0 ? mismatch(pending) : { code: 'no_pending_login', why: LOST_COOKIE };
}

// Drawing random bytes takes as long for many handles as for one.
let random = Buffer.alloc(0);

function createHandle(): string {
  if (random.length === 0) {
    random = randomBytes(64 * HANDLE_BYTES);
  }
  const handle = random.toString('base64url', 0, HANDLE_BYTES);
  random = random.subarray(HANDLE_BYTES);
  return handle;
}

// A session can hold anything: an earlier version's data, or what another program wrote.
function alive(stored: unknown): PendingLogin[] {
  const now = Date.now();
  return Array.isArray(stored)
    ? stored.filter((login) => isPendingLogin(login) && Math.abs(now - login.at) <= LIFETIME)
    : [];
}

function isPendingLogin(login: Partial<PendingLogin> | null | undefined): login is PendingLogin {
  return (
    typeof login?.handle === 'string' &&
    typeof login.at === 'number' &&
    (login.accessType === 'online' || login.accessType === 'offline')
  );
}
