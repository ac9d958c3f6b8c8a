import { fetchSite, normalizePath, pathOf, type Request } from '../passport/request.js';
import type { Callback, FailedLogin, LoginState, Resumption, StartedLogin, TokenRequest } from './state.js';

/** `state: false`: no login is remembered, and a string `state` goes out as it is. */
export class NoState implements LoginState {
  private readonly startPaths = new Set<string>();

  begin(req: Request, { state }: StartedLogin): string | undefined | Promise<string | undefined> {
    // Two suffice to know whether there was another than a given one.
    if (this.startPaths.size < 2) {
      this.startPaths.add(normalizePath(pathOf(req)));
    }
    return typeof state === 'string' ? state : undefined;
  }

  resume(_req: Request, _callback: Callback, requestTokens: TokenRequest): Resumption | Promise<Resumption> {
    return { tokens: requestTokens(undefined), state: undefined };
  }

  fail(): FailedLogin {
    return { state: undefined, isProven: false };
  }

  /** Judges by the logins started so far, and only cross-site navigations, as Hiworks' redirect is. */
  hasStartedElsewhere(req: Request): boolean {
    const path = normalizePath(pathOf(req));
    return fetchSite(req) === 'cross-site' && [...this.startPaths].some((startPath) => startPath !== path);
  }
}
