import 'reflect-metadata';
import {
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Redirect,
  Req,
  UseGuards,
} from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import type { NextFunction, Request, Response } from 'express';
import session from 'express-session';
import passport from 'passport';
import { type HiworksSSOProfile, HiworksSSOStrategy } from 'passport-hiworks/sso';

interface User {
  id: string;
  name: string;
}

@Injectable()
export class HiworksMenuLogin extends PassportStrategy(HiworksSSOStrategy) {
  private readonly users: string[];

  constructor(config: ConfigService) {
    super({
      path: config.getOrThrow('HIWORKS_SSO_PATH'),
      tokensURL: config.get('HIWORKS_TOKENS_URL') || undefined,
    });
    this.users = config.getOrThrow<string>('HIWORKS_USER_NOS').split(',');
  }

  /** Look up a known user here: a token does not say which company it is for, so never create one. */
  validate(profile: HiworksSSOProfile): User | null {
    return this.users.includes(profile.userNo)
      ? { id: profile.id, name: profile.displayName ?? profile.id }
      : null;
  }
}

@Injectable()
export class HiworksMenuGuard extends AuthGuard('hiworks-sso') {
  override async canActivate(context: ExecutionContext) {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }
}

@Injectable()
class SessionSerializer extends PassportSerializer {
  serializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }

  deserializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }
}

@Controller()
class AppController {
  @Get()
  home(@Req() { user }: { user?: User }): string {
    return user
      ? `${user.name} 님, 안녕하세요. (사용자 번호 ${user.id}) 로그아웃`
      : '하이웍스 메뉴에서 열어 주세요.';
  }

  @Get('sso/:secret')
  @UseGuards(HiworksMenuGuard)
  @Redirect('/')
  enter(): void {}
}

@Module({
  imports: [ConfigModule.forRoot(), PassportModule],
  controllers: [AppController],
  providers: [HiworksMenuLogin, SessionSerializer],
})
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false });
  // The token is in the address: it must not reach another site.
  app.use((_req: Request, res: Response, next: NextFunction) => {
    res.set('Referrer-Policy', 'no-referrer');
    next();
  });
  app.use(session({ secret: 'only for tests', resave: false, saveUninitialized: false }), passport.session());
  await app.listen(Number(process.env.PORT));
  console.log(`http://localhost:${app.getHttpServer().address().port}`);
}

void bootstrap();
