import type { HiworksSettings, StateStore } from '../options.js';
import type { Request } from '../passport/request.js';
import { fromCallback } from '../util/from-callback.js';
import { StartPaths } from './no-state.js';
import type {
  Callback,
  FailedLogin,
  LoginState,
  NoLogin,
  ResumedLogin,
  StartedLogin,
  TokenRequest,
} from './state.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** A state store of the application, called as passport-oauth2 calls it. */
export class CustomStore implements LoginState {
  private readonly paths = new StartPaths();
  private readonly store: StateStore;

  constructor(private readonly settings: HiworksSettings) {
    this.store = settings.store as StateStore;
  }

  async begin(req: Request, { state, redirectURI }: StartedLogin): Promise<string | undefined> {
    this.paths.add(req);
    if (typeof state === 'string' && state !== '') {
      return state;
    }
    const meta = this.meta(redirectURI);
    // By the number of parameters before the callback; passport-oauth2 takes any other for the shortest.
    const longer = [
      [req, meta],
      [req, state, meta],
      [req, undefined, state, meta],
    ];
    const args = longer[this.store.store.length - 3] ?? [req];
    const [handle] = await fromCallback<[handle: string]>((done) =>
      (this.store.store as AnyFunction).call(this.store, ...args, done),
    );
    return handle;
  }

  async resume<Tokens>(
    req: Request,
    { returned, redirectURI }: Callback,
    requestTokens: TokenRequest<Tokens>,
  ): Promise<ResumedLogin<Tokens> | NoLogin> {
    const args =
      this.store.verify.length === 4 ? [req, returned, this.meta(orUndefined(redirectURI))] : [req, returned];
    const [ok, info] = await fromCallback<[ok: unknown, info: unknown]>((done) =>
      (this.store.verify as AnyFunction).call(this.store, ...args, done),
    );
    if (!ok) {
      const reason = 'the state store knows no login that this callback belongs to';
      return { failure: 'state_mismatch', reason, info: { ...(info as object | undefined) } };
    }
    return { tokens: await requestTokens(undefined), state: info };
  }

  fail(): FailedLogin {
    return { state: undefined, isProven: false };
  }

  hasStartedElsewhere(req: Request): boolean {
    return this.paths.hasAnother(req);
  }

  private meta(callbackURL: string | undefined): object {
    const { authorizationURL, tokenURL, clientID } = this.settings;
    return { authorizationURL: authorizationURL.href, tokenURL: tokenURL.href, clientID, callbackURL };
  }
}

// A callback with a code needs no valid host, unless the store compares URLs.
function orUndefined(redirectURI: () => string | undefined): string | undefined {
  try {
    return redirectURI();
  } catch {
    return undefined;
  }
}
