import {
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Injectable,
  Module,
  Post,
  Redirect,
  Req,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { type HiworksSSOProfile, HiworksSSOStrategy } from 'passport-hiworks/sso';
import { optional, required } from './environment.js';
import { FailureFilter } from './failure.filter.js';
import { LoginFailed } from './hiworks.guard.js';
import { type Failure, homePage, inboxPage, MENU } from './pages.js';
import { SessionSerializer } from './session.serializer.js';
import type { User } from './user.js';

const [path, userNos] = required('HIWORKS_SSO_PATH', 'HIWORKS_USER_NOS', 'SESSION_SECRET');

// Your table of employees. A token does not say which company it is for, so nobody is added at a login.
const employees = new Set(userNos.split(','));

@Injectable()
class HiworksMenuLogin extends PassportStrategy(HiworksSSOStrategy) {
  constructor() {
    super({ path, tokensURL: optional('HIWORKS_TOKENS_URL') });
  }

  validate(profile: HiworksSSOProfile): User {
    if (!employees.has(profile.userNo)) {
      const message = `No employee has the user_no ${profile.userNo}`;
      throw new LoginFailed({ code: 'unknown_user', message }, 403);
    }
    return { id: profile.id, name: profile.displayName ?? profile.id };
  }
}

/** Signs in whoever comes from the menu. */
@Injectable()
class HiworksMenuGuard extends AuthGuard('hiworks-sso') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }

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

@Controller()
@UseFilters(new FailureFilter(MENU))
class MenuController {
  @Get()
  home(@Req() request: Request): string {
    return homePage(request.user, MENU);
  }

  // The token is in the URL: it must not reach another site.
  @Get(path)
  @UseGuards(HiworksMenuGuard)
  @Header('Referrer-Policy', 'no-referrer')
  @Redirect('/')
  enter(): void {}

  @Get('inbox')
  inbox(@Req() request: Request): string {
    return request.user ? inboxPage(request.user) : homePage(undefined, MENU);
  }

  @Post('logout')
  @Redirect('/')
  async logout(@Req() request: Request): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      request.logout((error) => (error ? reject(error) : resolve())),
    );
  }
}

@Module({
  imports: [PassportModule],
  controllers: [MenuController],
  providers: [HiworksMenuLogin, SessionSerializer],
})
export class SSOModule {}
