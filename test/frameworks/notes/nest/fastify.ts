import 'reflect-metadata';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import {
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Injectable,
  Module,
  Redirect,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import passport from 'passport';
import { type HiworksProfile, HiworksStrategy } from 'passport-hiworks';

const {
  HIWORKS_BASE_URL,
  HIWORKS_CLIENT_ID,
  HIWORKS_CLIENT_SECRET,
  HIWORKS_OFFICE_NO,
  PORT,
  SESSION_SECRET,
} = process.env as Record<string, string>;

interface User {
  id: string;
  name: string;
}

@Injectable()
class HiworksLogin extends PassportStrategy(HiworksStrategy) {
  constructor() {
    super({
      clientID: HIWORKS_CLIENT_ID,
      clientSecret: HIWORKS_CLIENT_SECRET,
      allowedOffices: HIWORKS_OFFICE_NO,
      callbackURL: '/auth/hiworks/callback',
      baseURL: HIWORKS_BASE_URL,
      fetchProfile: true,
    });
  }

  validate(_accessToken: string, _refreshToken: string | undefined, profile: HiworksProfile): User {
    return { id: profile.id, name: profile.displayName ?? profile.id };
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

@Injectable()
class HiworksGuard extends AuthGuard('hiworks') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }
}

@Controller()
class AppController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  home(@Req() { user }: { user?: User }): string {
    return user ? `${user.name} 님, 안녕하세요. (사용자 번호 ${user.id}) 로그아웃` : '하이웍스로 로그인';
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
  imports: [PassportModule],
  controllers: [AppController],
  providers: [HiworksLogin, SessionSerializer],
})
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: ['error', 'warn'],
  });
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    secret: SESSION_SECRET,
    cookie: { sameSite: 'lax', secure: 'auto' },
  });

  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateReply('setHeader', function (this: FastifyReply, name: string, value: string) {
    this.header(name, value);
  });
  fastify.decorateReply('end', function (this: FastifyReply, body = '') {
    this.send(body);
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  const restoreUser = passport.session();
  fastify.addHook('preHandler', (request, reply, done) => {
    restoreUser(request, reply, done);
  });

  await app.listen(Number(PORT));
  console.log((await app.getUrl()).replace(/\[::1\]|127.0.0.1/, 'localhost'));
}

void bootstrap();
