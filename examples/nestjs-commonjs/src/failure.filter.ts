import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { isHiworksError } from 'passport-hiworks';
import { LoginFailed } from './hiworks.guard.js';
import { failurePage } from './pages.js';

/** Shows a page that says, in Korean, why nobody was signed in. The log has the rest. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  /** `login` is how the page says to sign in; the button if it is missing. */
  constructor(private readonly login?: string) {}

  catch(error: Error, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (error instanceof LoginFailed) {
      console.warn('Not signed in:', error.message);
      response.status(error.getStatus()).send(failurePage(error.info, this.login));
      return;
    }
    console.error(error);
    response.status(statusOf(error)).send(failurePage(error, this.login));
  }
}

function statusOf(error: Error): number {
  if (isHiworksError(error)) {
    return error.status;
  }
  return error instanceof HttpException ? error.getStatus() : 500;
}
