import express, { type Express, type RequestHandler, type Response } from 'express';
import session from 'express-session';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import {
  createPassport,
  type FakeHiworks,
  hiworksLogin,
  menuLogin,
  type Person,
  type Tokens,
} from './login.js';
import { homePage, pageHeaders, personPage, problemPage } from './pages.js';
import { explainError, explainNotFound, explainRefusal, type Problem, type Refusal } from './problems.js';

/** What `createApp` takes. */
export interface DemoOptions {
  /** How to reach Hiworks, and who may sign in. */
  hiworks: HiworksStrategyOptions & { callbackURL: string };
  /** With the fake Hiworks: what only that one can do. */
  fake?: FakeHiworks | undefined;
  /** Signs the session's cookie. */
  sessionSecret: string;
  /** A Korean sentence or two for the home page: which Hiworks this is. */
  notice: string;
  /** Takes a line for the log. No token and no secret is ever in one. */
  log: (line: string) => void;
}

/** What comes with a person, or says why nobody is signed in. */
interface Info extends Refusal {
  tokens?: Tokens;
}

declare module 'express-session' {
  interface SessionData {
    tokens: Tokens | undefined;
  }
}

/**
 * The demo as an Express application: `/`, `/auth/hiworks`, the path of `callbackURL`, `/renew` and `/logout`; with a fake
 * Hiworks also `/menu/…` and `/outage`.
 */
export function createApp({ hiworks, fake, sessionSecret, notice, log }: DemoOptions): Express {
  const strategy = hiworksLogin(hiworks);
  const passport = createPassport();
  passport.use(strategy);

  /** Signs somebody in with a strategy, or shows why not. */
  function login(strategyName: string): RequestHandler {
    return (req, res, next) => {
      const finish = (error: unknown, person?: Person | false | null, info: Info = {}, status?: number) => {
        if (error) {
          return next(error);
        }
        if (!person) {
          return show(explainRefusal(info, status), res);
        }
        // Passport gives the session a new id here: one that was planted before the login is worth nothing after it.
        return req.logIn(person, (failure) => {
          if (failure) {
            return next(failure);
          }
          req.session.tokens = info.tokens;
          return res.redirect('/');
        });
      };
      passport.authenticate(strategyName, finish)(req, res, next);
    };
  }

  function show(problem: Problem, res: Response): void {
    log(`${problem.status} ${problem.log}`);
    res.status(problem.status).send(problemPage(problem));
  }

  const app = express();
  app.disable('x-powered-by');
  app.use((_req, res, next) => {
    res.set(pageHeaders(fake?.server.url));
    next();
  });
  app.use(toHostOf(hiworks.callbackURL));
  app.use(
    session({
      name: 'passport-hiworks-demo',
      secret: sessionSecret,
      resave: false,
      saveUninitialized: false,
      // `lax`: the cookie comes along when Hiworks sends the browser back, but not with another site's POST. With
      // https, add `secure: true` and the prefix `__Host-` to the name.
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());

  app.get('/', (req, res) => {
    const person = req.user as Person | undefined;
    res.send(person ? personPage(person, req.session.tokens) : homePage(notice, fake?.server.url));
  });

  app.get(['/auth/hiworks', new URL(hiworks.callbackURL).pathname], login('hiworks'));

  app.post('/renew', async (req, res) => {
    const { tokens } = req.session;
    if (tokens?.refreshToken) {
      const { accessToken, refreshToken } = await strategy.refreshAccessToken(tokens.refreshToken);
      req.session.tokens = { accessToken, refreshToken, renewals: tokens.renewals + 1 };
    }
    res.redirect(303, '/');
  });

  app.post('/logout', (req, res, next) => {
    req.logout((failure) => (failure ? next(failure) : res.redirect(303, '/')));
  });

  if (fake) {
    passport.use(menuLogin(fake));
    // The strategy compares the rest of the path, in constant time.
    app.get('/menu/:path', login('hiworks-sso'));

    app.post('/outage', (_req, res) => {
      fake.server.fail('token', 'reset');
      res.redirect(303, '/auth/hiworks');
    });
  }

  app.use((_req, res) => show(explainNotFound(), res));
  app.use(((error, _req, res, _next) => show(explainError(error), res)) as express.ErrorRequestHandler);
  return app;
}

const LOOPBACK = ['localhost', '127.0.0.1'];

// 127.0.0.1 and localhost are two hosts with cookies of their own, and Hiworks sends the browser back to one of them.
function toHostOf(callbackURL: string): RequestHandler {
  const { hostname, origin } = new URL(callbackURL);
  return (req, res, next) => {
    const isOther =
      LOOPBACK.includes(hostname) && LOOPBACK.includes(req.hostname) && req.hostname !== hostname;
    return isOther ? res.redirect(`${origin}/`) : next();
  };
}
