import { fetchSite, normalizePath, pathOf, type Request } from '../passport/request.js';
import type { Callback, FailedLogin, LoginState, Resumption, StartedLogin, TokenRequest } from './state.js';

/** `state: false`: no login is remembered, and a string `state` goes out as it is. */
export class NoState implements LoginState {
  private startPath: string | undefined;
  private hasSeveralPaths = false;

  begin(req: Request, { state }: StartedLogin): string | undefined | Promise<string | undefined> {
    const path = normalizePath(pathOf(req));
    this.startPath ??= path;
    this.hasSeveralPaths ||= path !== this.startPath;
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
    const isElsewhere = this.startPath !== undefined && normalizePath(pathOf(req)) !== this.startPath;
    return fetchSite(req) === 'cross-site' && (this.hasSeveralPaths || isElsewhere);
  }
}
