import { Controller, Get, Redirect, Req, UseFilters, UseGuards } from '@nestjs/common';
import { HiworksGuard, LoginFilter } from './hiworks.guard';

@Controller('auth/hiworks')
@UseGuards(HiworksGuard)
@UseFilters(LoginFilter)
export class HiworksController {
  @Get()
  @Redirect('/')
  start(): void {}

  @Get('callback')
  @Redirect()
  callback(@Req() { authInfo }: { authInfo?: { state?: string } }): { url: string } {
    const path = authInfo?.state ?? '';
    // Only a plain path of this application: `//evil.example` would be another site.
    return { url: /^(\/[\w-]+)+$/.test(path) ? path : '/' };
  }
}
