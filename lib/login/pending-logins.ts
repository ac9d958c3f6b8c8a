import type { HiworksAccessType } from '../options.js';

/** A login that is under way, as the session stores it. */
export interface PendingLogin {
  /** What goes out as `state`. */
  readonly handle: string;
  /** When it started, in milliseconds since 1970. */
  readonly at: number;
  readonly accessType: HiworksAccessType;
  /** The end of the path at which it started. */
  readonly path: string;
  /** What the application passed as `authenticate('hiworks', { state })`. */
  readonly state?: unknown;
  /** The `assignProperty` of `authorize`, for a login that connects an account. */
  readonly purpose?: string | undefined;
  /** `true` if the user may not have started it: another site led the browser to its start. */
  readonly crossSite?: true;
}

const LIFETIME_MS = 10 * 60 * 1000;
const MAX_LOGINS = 10;
// A cookie session holds 4 KB, encrypted or encoded.
const MAX_BYTES = 2048;
const MAX_STATE_BYTES = 1024;

/** The logins of a session value that have not expired. A session can hold anything: data of an earlier version, say. */
export function unexpired(stored: unknown): PendingLogin[] {
  const now = Date.now();
  return Array.isArray(stored)
    ? stored.filter((login) => isPendingLogin(login) && Math.abs(now - login.at) <= LIFETIME_MS)
    : [];
}

function isPendingLogin(login: Partial<PendingLogin> | null | undefined): login is PendingLogin {
  return (
    typeof login?.handle === 'string' &&
    typeof login.at === 'number' &&
    typeof login.path === 'string' &&
    (login.accessType === 'online' || login.accessType === 'offline')
  );
}

/** The list with one login more, within its bounds: cross-site logins are dropped first, then the oldest, never the newest. */
export function withLogin(pending: readonly PendingLogin[], newest: PendingLogin): PendingLogin[] {
  const others = [...pending];
  while (
    others.length > 0 &&
    (others.length >= MAX_LOGINS || Buffer.byteLength(JSON.stringify([...others, newest])) > MAX_BYTES)
  ) {
    const crossSite = others.findIndex((login) => login.crossSite);
    others.splice(Math.max(crossSite, 0), 1);
  }
  return [...others, newest];
}

/** The list without a login that has ended and, unless `alone`, without the others for its purpose that the user started. */
export function withoutLogin(
  pending: readonly PendingLogin[],
  { handle, purpose }: PendingLogin,
  alone: boolean,
): PendingLogin[] {
  return pending.filter((login) => login.handle !== handle && (alone || login.crossSite || login.purpose !== purpose));
}

/**
 * Copies the application's `state` as JSON, the only form that every session store keeps. Throws a `TypeError` for a value
 * that JSON cannot represent, or more than 1 KB.
 */
export function copyState(state: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(state);
  } catch (cause) {
    throw new TypeError(NOT_JSON, { cause });
  }
  if (json === undefined) {
    throw new TypeError(NOT_JSON);
  }
  if (Buffer.byteLength(json) > MAX_STATE_BYTES) {
    throw new TypeError(
      `Hiworks login: the \`state\` of authenticate() is longer than ${MAX_STATE_BYTES} bytes as JSON (keep a key of your ` +
        'own in it, and the data elsewhere)',
    );
  }
  return JSON.parse(json);
}

const NOT_JSON =
  'Hiworks login: the `state` of authenticate() cannot be represented as JSON (no BigInt, cycle or function)';
