import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  Post,
  Redirect,
  Req,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import type { Request, Response } from 'express';
import session from 'express-session';
import passport from 'passport';
import { type HiworksProfile, HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson, type Person } from '../person.js';

export const HIWORKS_OPTIONS = Symbol('HIWORKS_OPTIONS');

@Injectable()
export class HiworksLogin extends PassportStrategy(HiworksStrategy) {
  constructor(@Inject(HIWORKS_OPTIONS) options: HiworksStrategyOptions) {
    super({ fetchProfile: true, ...options });
  }

  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile): Person {
    return findPerson(profile);
  }
}

@Injectable()
class SessionSerializer extends PassportSerializer {
  serializeUser(person: Person, done: (error: unknown, person: Person) => void): void {
    done(null, person);
  }

  deserializeUser(person: Person, done: (error: unknown, person: Person) => void): void {
    done(null, person);
  }
}

/** Leads to Hiworks, and signs in whoever comes back. */
@Injectable()
class HiworksGuard extends AuthGuard('hiworks') {
  constructor() {
    // Or a login that is under way in another tab would be forgotten.
    super({ keepSessionInfo: true });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }

  // Nest's own says 401 to everything, and never why.
  override handleRequest<User>(
    error: unknown,
    user: User | false,
    info: { message?: string } | undefined,
    _context: ExecutionContext,
    status?: number,
  ): User {
    if (error || !user) {
      throw error || new HttpException(info?.message ?? 'Unauthorized', status ?? 401);
    }
    return user;
  }
}

/** Lets people in who are signed in, and leads the others to Hiworks and back to the page that they asked for. */
@Injectable()
class SignedInGuard extends HiworksGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    return request.isAuthenticated() || super.canActivate(context);
  }

  // By Nest's types `state` is a string.
  override getAuthenticateOptions(context: ExecutionContext) {
    return { state: context.switchToHttp().getRequest<Request>().path };
  }
}

@Catch()
class FailureFilter implements ExceptionFilter {
  catch(error: Error & { code?: string; status?: number }, host: ArgumentsHost): void {
    console.error(error);
    const response = host.switchToHttp().getResponse<Response>();
    response.status(error.status ?? 500).send(failurePage(error));
  }
}

@Controller()
@UseFilters(FailureFilter)
class AppController {
  @Get()
  home(@Req() request: Request): string {
    return homePage(request.user);
  }

  @Get('auth/hiworks')
  @UseGuards(HiworksGuard)
  login(): void {}

  @Get('auth/hiworks/callback')
  @UseGuards(HiworksGuard)
  @Redirect()
  callback(@Req() request: { authInfo?: { state?: string } }): { url: string } {
    return { url: request.authInfo?.state ?? '/' };
  }

  @Get('inbox')
  @UseGuards(SignedInGuard)
  inbox(@Req() request: Request & { user: Person }): string {
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

@Module({})
class AppModule {
  static with(options: HiworksStrategyOptions, login: Type): DynamicModule {
    return {
      module: AppModule,
      imports: [PassportModule],
      controllers: [AppController],
      providers: [{ provide: HIWORKS_OPTIONS, useValue: options }, login, SessionSerializer],
    };
  }
}

export async function createApp(
  options: HiworksStrategyOptions,
  login: Type = HiworksLogin,
): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule.with(options, login), { logger: ['error', 'warn'] });
  app.use(
    session({
      secret: randomBytes(32).toString('hex'),
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', secure: 'auto' },
    }),
  );
  app.use(passport.session());
  return app;
}
