import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  Logger,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { type HiworksFailure, isHiworksError } from 'passport-hiworks';

/** A login that failed; `reason` is the `code` of the failure or error. */
class LoginFailed extends UnauthorizedException {
  constructor(readonly reason = '') {
    super();
  }
}

/** Shows the reason on the login page: the callback's address, which holds a code, does not stay in the browser. */
@Catch(LoginFailed)
export class LoginFilter implements ExceptionFilter<LoginFailed> {
  catch({ reason }: LoginFailed, host: ArgumentsHost): void {
    host
      .switchToHttp()
      .getResponse<Response>()
      .redirect(`/login?reason=${encodeURIComponent(reason)}`);
  }
}

/** Redirects to Hiworks, and signs in the user who comes back. */
@Injectable()
export class HiworksGuard extends AuthGuard('hiworks') {
  private readonly logger = new Logger('Hiworks');

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const signedIn = request.user;
    await super.canActivate(context);
    if (request.user !== signedIn) {
      await super.logIn(request); // AuthGuard itself only sets `request.user`
    }
    return true;
  }

  // AuthGuard's own turns every failure into "401 Unauthorized" and logs nothing.
  override handleRequest<User>(
    error: unknown,
    user: User | false,
    info: HiworksFailure | undefined,
    context: ExecutionContext,
  ): User {
    if (error && !isHiworksError(error)) {
      throw error; // of the application itself
    }
    if (user) {
      return user;
    }
    const reason = isHiworksError(error) ? error : info;
    this.logger.warn(`Login failed: ${reason?.message ?? 'validate returned no user'}`);
    if (reason?.code === 'prefetch') {
      throw new ServiceUnavailableException(); // the browser requests it again at the click
    }
    const { user: signedIn } = context.switchToHttp().getRequest<{ user?: User }>();
    if (signedIn) {
      return signedIn; // a callback that was reloaded or opened twice
    }
    throw new LoginFailed(reason?.code);
  }
}

/** Lets signed-in users through. Others go to Hiworks first, and then back to the page they requested. */
@Injectable()
export class SignedInGuard extends HiworksGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    return context.switchToHttp().getRequest<Request>().isAuthenticated() || super.canActivate(context);
  }

  override getAuthenticateOptions(context: ExecutionContext) {
    const { path } = context.switchToHttp().getRequest<Request>();
    return { state: path.length > 200 ? '/' : path };
  }
}
