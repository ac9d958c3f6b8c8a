import { fetchSite, normalizePath, pathOf, type Request } from '../passport/request.js';
import type { Callback, FailedLogin, LoginState, ResumedLogin, StartedLogin, TokenRequest } from './state.js';

/** `state: false`: nothing is remembered, and a string `state` goes out as it is. */
export class NoState implements LoginState {
  private readonly paths = new StartPaths();

  begin(req: Request, { state }: StartedLogin): string | undefined {
    this.paths.add(req);
    return typeof state === 'string' ? state : undefined;
  }

  resume<Tokens>(
    _req: Request,
    _callback: Callback,
    requestTokens: TokenRequest<Tokens>,
  ): Promise<ResumedLogin<Tokens>> {
    return requestTokens(undefined).then((tokens) => ({ tokens, state: undefined }));
  }

  fail(): FailedLogin {
    return { state: undefined, isProven: false };
  }

  hasStartedElsewhere(req: Request): boolean {
    return this.paths.hasAnother(req);
  }
}

/** The paths at which a strategy has started logins, as far as it takes to know whether there was another than a given one. */
export class StartPaths {
  private first: string | undefined;
  private hasSeveral = false;

  add(req: Request): void {
    const path = normalizePath(pathOf(req));
    this.first ??= path;
    this.hasSeveral ||= path !== this.first;
  }

  /** Only for a request that another site led to, as Hiworks' redirect does: no login is known to be under way. */
  hasAnother(req: Request): boolean {
    const isElsewhere = this.first !== undefined && normalizePath(pathOf(req)) !== this.first;
    return fetchSite(req) === 'cross-site' && (this.hasSeveral || isElsewhere);
  }
}
