import { type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { Failure } from './pages.js';

/** Nobody was signed in; `info` says why. */
export class LoginFailed extends HttpException {
  constructor(
    readonly info: Failure,
    status: number,
  ) {
    super(info.message, status);
  }
}

/** Sends people to Hiworks, and signs in those who come back. */
@Injectable()
export class HiworksGuard extends AuthGuard('hiworks') {
  constructor() {
    // A login pending in another tab goes on.
    super({ keepSessionInfo: true });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }

  // AuthGuard's own answers 401 to every failure and never says why.
  override handleRequest<User>(
    error: unknown,
    user: User | false,
    info: Failure = { message: 'validate returned no user' },
    _context: ExecutionContext,
    status = 401,
  ): User {
    if (error) {
      throw error;
    }
    if (!user) {
      throw new LoginFailed(info, status);
    }
    return user;
  }
}

/** Lets signed-in users pass. Sends everybody else to Hiworks, and back to the page that was requested. */
@Injectable()
export class SignedInGuard extends HiworksGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    return request.isAuthenticated() || super.canActivate(context);
  }

  // In Nest's types `state` is a string.
  override getAuthenticateOptions(context: ExecutionContext) {
    return { state: context.switchToHttp().getRequest<Request>().path };
  }
}
