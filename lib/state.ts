import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { HiworksAccessType } from './options.js';

/** What a pending login remembers while the person is at Hiworks. */
export interface LoginNote {
  accessType: HiworksAccessType;
  /** What the application passed as `authenticate('hiworks', { state })`. */
  state?: unknown;
}

/** A state store as passport-oauth2 knows them; the number of parameters decides what it is called with. */
export interface StateStore {
  // biome-ignore lint/suspicious/noExplicitAny: the parameters differ from store to store
  store(...args: any[]): void;
  // biome-ignore lint/suspicious/noExplicitAny: the parameters differ from store to store
  verify(...args: any[]): void;
}

interface PendingLogin {
  handle: string;
  /** Milliseconds since 1970. */
  at: number;
  note: LoginNote;
}

// biome-ignore lint/suspicious/noExplicitAny: every framework has a request type of its own
type Request = any;
type Stored = (error: Error | null, handle?: string) => void;
type Verified = (error: Error | null, ok?: boolean, noteOrReason?: LoginNote | { message: string }) => void;

const LIFETIME = 10 * 60 * 1000;
// Encrypted cookie sessions hold 4 KB, and nobody logs in in more tabs than this.
const MOST_AT_ONCE = 10;

const NO_SESSION =
  'state: true needs a session, and the request has none: is the session middleware registered before ' +
  "passport.authenticate('hiworks')? An application without sessions can use state: 'auto' or false";
const NOT_OURS =
  'the `state` of this callback belongs to no login pending in this session: it was forged, already used, begun in ' +
  'another browser, or more than 10 minutes ago. If it happens every time, look at whether the session cookie ' +
  'comes back with the callback (SameSite=Lax, same host)';
const NO_STATE =
  "the callback carries no `state`. Hiworks may not return it: use state: 'auto', which then asks for a pending login";
const NOTHING_PENDING =
  'the callback carries no `state`, and no login is pending in this session: it was forged, opened twice, begun in ' +
  'another browser, or more than 10 minutes ago';
const UNPROTECTED =
  'Hiworks logins are not protected against login CSRF: the request has no session to keep `state` in. Register ' +
  'session middleware, or say state: false to accept it';

/**
 * The state store behind `state: true` and `state: 'auto'`: keeps the logins that are under way in the session, under
 * one key, which is always assigned whole, since encrypted cookie sessions notice nothing else.
 */
export class PendingLogins {
  private readonly _key: string;
  private readonly _mode: true | 'auto';
  private _warned = false;

  constructor(key: string, mode: true | 'auto') {
    this._key = key;
    this._mode = mode;
  }

  /** Adds a pending login to the session and hands on its handle. passport-oauth2 goes by the number of parameters. */
  store(req: Request, note: LoginNote, _meta: unknown, done: Stored): void {
    const { session } = req;
    if (!session) {
      done(this._withoutSession());
      return;
    }
    const handle = randomBytes(24).toString('base64url');
    const others = alive(session[this._key]).slice(1 - MOST_AT_ONCE);
    session[this._key] = [...others, { handle, at: Date.now(), note }];
    done(null, handle);
  }

  /** Takes the login that the callback belongs to out of the session and hands on its note, or says why there is none. */
  verify(req: Request, returned: string | undefined, done: Verified): void {
    const { session } = req;
    if (!session) {
      done(this._withoutSession(), true);
      return;
    }
    const pending = alive(session[this._key]);
    const login = this._find(pending, returned);
    if (!login) {
      done(null, false, { message: `Hiworks login stopped: ${this._why(returned)}` });
      return;
    }
    const others = pending.filter((other) => other !== login);
    session[this._key] = others.length > 0 ? others : undefined;
    done(null, true, login.note);
  }

  private _find(pending: PendingLogin[], returned: string | undefined): PendingLogin | undefined {
    if (returned !== undefined) {
      return pending.find(({ handle }) => same(handle, returned));
    }
    return this._mode === 'auto' ? pending.at(-1) : undefined;
  }

  private _why(returned: string | undefined): string {
    if (returned !== undefined) {
      return NOT_OURS;
    }
    return this._mode === 'auto' ? NOTHING_PENDING : NO_STATE;
  }

  private _withoutSession(): Error | null {
    if (this._mode === true) {
      return new Error(NO_SESSION);
    }
    if (!this._warned) {
      this._warned = true;
      process.emitWarning(UNPROTECTED, { code: 'HIWORKS_NO_SESSION' });
    }
    return null;
  }
}

/**
 * Asks any of passport-oauth2's kinds of state store whether a callback belongs to a login: with `meta` where its
 * `verify` takes four arguments. `held` is what the store kept for the login or, where `ok` is false, its reason.
 */
export function askStore(
  store: StateStore,
  req: Request,
  returned: string | undefined,
  meta: () => object,
): Promise<{ ok: unknown; held: unknown }> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, ok?: unknown, held?: unknown) =>
      error ? reject(error) : resolve({ ok, held });
    if (store.verify.length === 4) {
      store.verify(req, returned, meta(), done);
    } else {
      store.verify(req, returned, done);
    }
  });
}

// A session can hold anything: an earlier version's data, or what another program wrote.
function alive(stored: unknown): PendingLogin[] {
  const now = Date.now();
  return Array.isArray(stored)
    ? stored.filter((login) => isPending(login) && Math.abs(now - login.at) <= LIFETIME)
    : [];
}

function isPending(login: Partial<PendingLogin> | null | undefined): login is PendingLogin {
  return (
    typeof login?.handle === 'string' &&
    typeof login.at === 'number' &&
    (login.note?.accessType === 'online' || login.note?.accessType === 'offline')
  );
}

function same(handle: string, returned: string): boolean {
  const expected = Buffer.from(handle);
  const actual = Buffer.from(returned);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
