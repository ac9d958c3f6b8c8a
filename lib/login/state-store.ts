import { promised } from '../util/from-callback.js';

/** What passport-oauth2 tells a state store about the login. */
export interface StateStoreMeta {
  authorizationURL: string;
  tokenURL: string;
  clientID: string;
  callbackURL: string | undefined;
}

/** A state store as passport-oauth2 knows them; the number of parameters decides what it is called with. */
export interface StateStore {
  store(...args: never[]): void;
  verify(...args: never[]): void;
}

type Call = (...args: unknown[]) => unknown;

/** Has a store keep the application's `state` for a login. Resolves with what is to go out as `state`, if anything. */
export async function storeState(
  store: StateStore,
  req: unknown,
  state: unknown,
  meta: StateStoreMeta,
): Promise<string | undefined> {
  // By the length less `done`; passport-oauth2 takes any other for the shortest.
  const longer = [
    [req, meta],
    [req, state, meta],
    [req, undefined, state, meta],
  ];
  const args = longer[store.store.length - 3] ?? [req];
  const [handle] = await promised<[handle: string]>((done) => (store.store as Call)(...args, done));
  return handle;
}

/** Asks a store whether a callback belongs to a login. `info` is what it kept or, if `ok` is false, its reason. */
export async function verifyState(
  store: StateStore,
  req: unknown,
  returned: string | undefined,
  meta: StateStoreMeta,
): Promise<{ ok: boolean; info: unknown }> {
  const args = store.verify.length === 4 ? [req, returned, meta] : [req, returned];
  const [ok, info] = await promised<[ok: unknown, info: unknown]>((done) =>
    (store.verify as Call)(...args, done),
  );
  return { ok: Boolean(ok), info };
}
