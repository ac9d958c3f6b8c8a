import type { HiworksSettings, StateStore } from '../options.js';
import { fail } from '../passport/outcome.js';
import { type Request, resolveCallbackURL } from '../passport/request.js';
import { fromCallback } from '../util/from-callback.js';
import { NoState } from './no-state.js';
import type { Callback, Resumption, StartedLogin, TokenRequest } from './state.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** A state store of the application, called as passport-oauth2 calls it. */
export class CustomStore extends NoState {
  private readonly store: StateStore;

  constructor(private readonly settings: HiworksSettings) {
    super();
    this.store = settings.store as StateStore;
  }

  override async begin(req: Request, login: StartedLogin): Promise<string | undefined> {
    const given = super.begin(req, login);
    if (given) {
      return given;
    }
    const { state } = login;
    const meta = this.meta(req, login);
    // By the number of parameters, as in passport-oauth2; any other number means the shortest form.
    const longer = { 3: [req, meta], 4: [req, state, meta], 5: [req, undefined, state, meta] };
    const args = longer[this.store.store.length as 3 | 4 | 5] ?? [req];
    const [handle] = await this.call<[handle: string]>('store', args);
    return handle;
  }

  override async resume(req: Request, callback: Callback, requestTokens: TokenRequest): Promise<Resumption> {
    const { returned } = callback;
    const args = this.store.verify.length === 4 ? [req, returned, this.meta(req, callback)] : [req, returned];
    const [ok, info] = await this.call<[ok: unknown, info: unknown]>('verify', args);
    if (!ok) {
      const reason = 'the state store did not recognize this callback';
      return fail('state_mismatch', reason, (typeof info === 'string' ? { message: info } : info) ?? {});
    }
    return { tokens: requestTokens(undefined), state: info };
  }

  private call<Values extends unknown[]>(method: 'store' | 'verify', args: unknown[]): Promise<Partial<Values>> {
    return fromCallback<Values>((done) => (this.store as Record<typeof method, AnyFunction>)[method](...args, done));
  }

  private meta(req: Request, login: Pick<Callback, 'callbackURL'>): object {
    const { authorizationURL, tokenURL, clientID, proxy } = this.settings;
    const callbackURL = login.callbackURL && resolveCallbackURL(req, login.callbackURL, proxy);
    return { authorizationURL: authorizationURL.href, tokenURL: tokenURL.href, clientID, callbackURL };
  }
}
