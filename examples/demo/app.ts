import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import {
  HiworksStrategy,
  type HiworksStrategyOptions,
  isHiworksError,
  visitorMessage,
} from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import type { HiworksServer } from 'passport-hiworks/testing';
import { failurePage, homePage, type Person, pageHeaders, personPage } from './pages.js';

/** What `createApp` takes. */
export interface DemoOptions {
  /** How to reach Hiworks, and which companies may sign in. */
  hiworks: HiworksStrategyOptions & { callbackURL: string };
  /** With the fake Hiworks, the demo also has the login from its menu. */
  fake?: FakeHiworks | undefined;
  /** Signs the session's cookie. */
  sessionSecret: string;
  /** A Korean sentence or two for the home page: which Hiworks this is. */
  notice: string;
  /** Takes a line for the log. No token and no secret is ever in one. */
  log: (line: string) => void;
}

/** The fake Hiworks and its menu. */
export interface FakeHiworks {
  server: HiworksServer;
  /** The path that its menu leads to, which must be unguessable. */
  ssoPath: string;
  /** The `userNo` of all who may sign in from the menu: that login creates no accounts. */
  employees: readonly string[];
}

/** What a strategy's `fail` carries. */
type Info = { code?: string; message?: string; officeNo?: string };

const FAILED = '로그인하지 못했습니다';

/** The demo as an Express application: `/`, `/auth/hiworks`, the path of `callbackURL`, `/logout` and the fake's menu. */
export function createApp({ hiworks, fake, sessionSecret, notice, log }: DemoOptions): Express {
  const passport = new Passport();
  // The session keeps the whole user. An application with a users table keeps a key instead.
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Person, done) => done(null, user));
  passport.use(
    new HiworksStrategy({ ...hiworks, fetchProfile: true }, (_accessToken, _refreshToken, profile, done) => {
      const { userNo, officeNo, displayName, username } = profile;
      done(null, { userNo, officeNo, displayName, username } satisfies Person);
    }),
  );

  const login =
    (strategy: string): RequestHandler =>
    (req, res, next) => {
      // Back, a reload or a bookmark of the callback, or a second tab.
      if (req.user) {
        return res.redirect('/');
      }
      const finish = (error: unknown, user?: Person | false | null, info: Info = {}, status = 401) => {
        if (error) {
          return next(error);
        }
        if (user) {
          return req.logIn(user, (failure) => (failure ? next(failure) : res.redirect('/')));
        }
        log(`${status} ${info.code}: ${info.message}`);
        const text =
          info.code === 'unknown_employee'
            ? '등록되지 않은 직원입니다. 관리자에게 등록을 요청해 주세요.'
            : visitorMessage(info);
        const detail = info.officeNo && `로그인한 계정의 오피스 번호: ${info.officeNo}`;
        return res.status(status).send(failurePage(FAILED, text, detail));
      };
      passport.authenticate(strategy, finish)(req, res, next);
    };

  const app = express();
  app.disable('x-powered-by');
  app.use((req, res, next) => {
    res.set(pageHeaders);
    // They are two hosts, with cookies of their own, and the callback comes to one of them.
    const { hostname, origin } = new URL(hiworks.callbackURL);
    return req.hostname === '127.0.0.1' && hostname === 'localhost' ? res.redirect(`${origin}/`) : next();
  });
  app.use(
    session({
      name: 'passport-hiworks-demo',
      secret: sessionSecret,
      resave: false,
      saveUninitialized: false,
      // `lax`: with `strict`, the cookie does not come back with the callback. Over https, add `secure: true` and
      // put `__Host-` before the name.
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
    passport.session(),
  );

  app.get('/', (req, res) => {
    res.send(req.user ? personPage(req.user as Person) : homePage(notice, fake?.server.url));
  });
  app.get(['/auth/hiworks', new URL(hiworks.callbackURL).pathname], login('hiworks'));
  app.post('/logout', (req, res, next) => {
    req.logout((failure) => (failure ? next(failure) : res.redirect(303, '/')));
  });

  if (fake) {
    const { server, ssoPath, employees } = fake;
    passport.use(
      new HiworksSSOStrategy({ ...server.ssoOptions, path: ssoPath }, (profile, done) => {
        const { userNo, displayName, username } = profile;
        if (!employees.includes(userNo)) {
          return done(null, false, { code: 'unknown_employee', message: `user ${userNo} is not known` });
        }
        return done(null, { userNo, displayName, username } satisfies Person);
      }),
    );
    // The strategy compares the path, in constant time.
    app.get('/menu/:path', login('hiworks-sso'));
  }

  app.use((_req, res) => {
    res.status(404).send(failurePage('페이지를 찾을 수 없습니다', '주소를 확인해 주세요.'));
  });
  app.use(((error, _req, res, _next) => {
    const { status = 500, name, message, stack } = error;
    log(`${status} ${isHiworksError(error) ? `${name}: ${message}` : (stack ?? error)}`);
    const detail = isHiworksError(error) && error.description && `하이웍스의 안내: ${error.description}`;
    res.status(status).send(failurePage(FAILED, visitorMessage(error), detail || undefined));
  }) as ErrorRequestHandler);
  return app;
}
