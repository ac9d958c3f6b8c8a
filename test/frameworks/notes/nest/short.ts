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
import session from 'express-session';
import passport from 'passport';
import { type HiworksProfile, HiworksStrategy } from 'passport-hiworks';

@Injectable()
export class HiworksLogin extends PassportStrategy(HiworksStrategy) {
  constructor(config: ConfigService) {
    super({
      clientID: config.getOrThrow('HIWORKS_CLIENT_ID'),
      clientSecret: config.getOrThrow('HIWORKS_CLIENT_SECRET'),
      allowedOffices: config.getOrThrow('HIWORKS_OFFICE_NO'),
      callbackURL: config.getOrThrow('HIWORKS_CALLBACK_URL'),
      // The suite's own Hiworks.
      baseURL: config.getOrThrow('HIWORKS_BASE_URL'),
    });
  }

  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile) {
    return { id: profile.id }; // find or create your user here
  }
}

@Injectable()
export class HiworksGuard extends AuthGuard('hiworks') {
  override async canActivate(context: ExecutionContext) {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest()); // keeps the user in the session
    return true;
  }
}

@Injectable()
class SessionSerializer extends PassportSerializer {
  serializeUser(user: HiworksProfile, done: (error: unknown, user: HiworksProfile) => void): void {
    done(null, user);
  }

  deserializeUser(user: HiworksProfile, done: (error: unknown, user: HiworksProfile) => void): void {
    done(null, user);
  }
}

@Controller()
class AppController {
  @Get()
  home(@Req() { user }: { user?: { id: string } }): string {
    return user ? `사용자 번호 ${user.id} 로그아웃` : '하이웍스로 로그인';
  }

  @Get('auth/hiworks')
  @UseGuards(HiworksGuard)
  start(): void {}

  @Get('auth/hiworks/callback')
  @UseGuards(HiworksGuard)
  @Redirect('/')
  callback(): void {}
}

@Module({
  imports: [ConfigModule.forRoot(), PassportModule],
  controllers: [AppController],
  providers: [HiworksLogin, SessionSerializer],
})
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false });
  app.use(session({ secret: 'only for tests', resave: false, saveUninitialized: false }), passport.session());
  await app.listen(Number(process.env.PORT));
  console.log(`http://localhost:${app.getHttpServer().address().port}`);
}

void bootstrap();
