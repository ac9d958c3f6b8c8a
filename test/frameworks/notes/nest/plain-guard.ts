import 'reflect-metadata';
import {
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  Module,
  Redirect,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import session from 'express-session';
import { type HiworksFailure, type HiworksProfile, HiworksStrategy } from 'passport-hiworks';

const {
  HIWORKS_BASE_URL,
  HIWORKS_CLIENT_ID,
  HIWORKS_CLIENT_SECRET,
  HIWORKS_OFFICE_NO,
  PORT,
  SESSION_SECRET,
} = process.env as Record<string, string>;

@Injectable()
class HiworksLogin extends PassportStrategy(HiworksStrategy) {
  constructor() {
    super({
      clientID: HIWORKS_CLIENT_ID,
      clientSecret: HIWORKS_CLIENT_SECRET,
      allowedOffices: HIWORKS_OFFICE_NO,
      callbackURL: '/auth/hiworks/callback',
      baseURL: HIWORKS_BASE_URL,
    });
  }

  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile): HiworksProfile {
    return profile;
  }
}

@Injectable()
class HiworksGuard extends AuthGuard('hiworks') {
  override handleRequest<User>(
    error: unknown,
    user: User | false,
    info: HiworksFailure | undefined,
    _context: ExecutionContext,
    status = 401,
  ): User {
    if (error) {
      throw error;
    }
    if (!user) {
      console.warn(info?.message);
      throw new HttpException({ code: info?.code }, status);
    }
    return user;
  }
}

@Controller()
class AppController {
  @Get('auth/hiworks')
  @UseGuards(AuthGuard('hiworks'))
  start(): void {}

  /** As most guides have it. */
  @Get('plain/auth/hiworks/callback')
  @UseGuards(AuthGuard('hiworks'))
  plain(@Req() { user }: { user: HiworksProfile }): string {
    return user.id;
  }

  @Get('auth/hiworks/callback')
  @UseGuards(HiworksGuard)
  callback(@Req() { user }: { user: HiworksProfile }): string {
    return user.id;
  }

  @Get()
  @Redirect('/auth/hiworks')
  home(): void {}
}

@Module({ imports: [PassportModule], controllers: [AppController], providers: [HiworksLogin] })
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: false });
  app.use(
    session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
  );
  await app.listen(Number(PORT));
  console.log(`http://localhost:${PORT}`);
}

void bootstrap();
