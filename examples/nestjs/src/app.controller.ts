import { Controller, Get, Post, Query, Redirect, Req, UseFilters, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { LoginFilter, SignedInGuard } from './hiworks.guard';
import { homePage, inboxPage, loginPage } from './pages';

type SignedIn = Request & { user: Express.User };

@Controller()
@UseFilters(LoginFilter)
export class AppController {
  @Get()
  home(@Req() { user }: Request): string {
    return user ? homePage(user) : loginPage();
  }

  @Get('login')
  login(@Query('reason') reason: unknown): string {
    return loginPage(reason);
  }

  @Get('inbox')
  @UseGuards(SignedInGuard)
  inbox(@Req() { user }: SignedIn): string {
    return inboxPage(user);
  }

  @Post('logout')
  @Redirect('/')
  async logout(@Req() request: Request): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      request.logout((error) => (error ? reject(error) : resolve())),
    );
  }
}
