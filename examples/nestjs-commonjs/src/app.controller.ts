import { Controller, Get, Post, Redirect, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { FailureFilter } from './failure.filter.js';
import { HiworksGuard, SignedInGuard } from './hiworks.guard.js';
import { homePage, inboxPage } from './pages.js';
import type { User } from './user.js';

@Controller()
@UseFilters(new FailureFilter())
export class AppController {
  @Get()
  home(@Req() request: Request): string {
    return homePage(request.user);
  }

  @Get('auth/hiworks')
  @UseGuards(HiworksGuard)
  start(): void {}

  @Get('auth/hiworks/callback')
  @UseGuards(HiworksGuard)
  @Redirect()
  callback(@Req() request: { authInfo?: { state?: string } }): { url: string } {
    return { url: request.authInfo?.state ?? '/' };
  }

  @Get('inbox')
  @UseGuards(SignedInGuard)
  inbox(@Req() request: Request & { user: User }): string {
    return inboxPage(request.user);
  }

  @Post('logout')
  @Redirect('/')
  async logout(@Req() request: Request): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      request.logout((error) => (error ? reject(error) : resolve())),
    );
  }
}
