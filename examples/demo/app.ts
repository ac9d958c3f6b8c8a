import express, { type Express, type RequestHandler, type Response } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { type HiworksProfile, HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { homePage, PAGE_HEADERS, personPage, problemPage } from './pages.js';
import { explainError, explainRefusal, NOT_FOUND, type Problem } from './problems.js';

/** What `createApp` takes. */
export interface DemoOptions {
  /** How to reach Hiworks, and who may sign in. */
  hiworks: HiworksStrategyOptions & { callbackURL: string };
  /** Signs the session's cookie. */
  sessionSecret: string;
  /** A Korean sentence or two for the home page: which Hiworks this is. */
  notice: string;
  /** Takes a line for the log. No token and no secret is ever in one. */
  log: (line: string) => void;
}

interface Tokens {
  accessToken: string;
  refreshToken: string | undefined;
  renewals: number;
}

declare module 'express-session' {
  interface SessionData {
    tokens: Tokens;
  }
}

/** The demo as an Express application: `/`, `/auth/hiworks`, the path of `callbackURL`, `/renew` and `/logout`. */
export function createApp({ hiworks, sessionSecret, notice, log }: DemoOptions): Express {
  const strategy = new HiworksStrategy(
    { ...hiworks, accessType: 'offline', fetchProfile: true },
    (accessToken, refreshToken, profile, done) => done(null, profile, { accessToken, refreshToken }),
  );
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((person, done) => done(null, person));
  passport.deserializeUser((person: HiworksProfile, done) => done(null, person));

  const login: RequestHandler = (req, res, next) => {
    const finish = (
      error: unknown,
      person?: HiworksProfile | false | null,
      info?: { accessToken: string; refreshToken: string | undefined; message: string },
      status?: number,
    ) => {
      if (error) return next(error);
      if (!person || !info) return show(explainRefusal(info?.message ?? '', status), res);
      // Passport gives the session a new id here: one that was planted before the login is worth nothing after it.
      return req.logIn(person, (failure) => {
        if (failure) return next(failure);
        req.session.tokens = { accessToken: info.accessToken, refreshToken: info.refreshToken, renewals: 0 };
        return res.redirect('/');
      });
    };
    passport.authenticate('hiworks', finish)(req, res, next);
  };

  function show(problem: Problem, res: Response): void {
    log(`${problem.status} ${problem.log}`);
    res.status(problem.status).send(problemPage(problem));
  }

  const app = express();
  app.disable('x-powered-by');
  app.use((_req, res, next) => {
    res.set(PAGE_HEADERS);
    next();
  });
  app.use(
    session({
      name: 'passport-hiworks-demo',
      secret: sessionSecret,
      resave: false,
      saveUninitialized: false,
      // `lax`: the cookie comes along when Hiworks sends the browser back, but not with another site's POST.
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());

  app.get('/', (req, res) => {
    const { tokens } = req.session;
    const person = req.user as HiworksProfile | undefined;
    res.send(person && tokens ? personPage(person, tokens) : homePage(notice));
  });

  app.get(['/auth/hiworks', new URL(hiworks.callbackURL).pathname], login);

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

  app.use((_req, res) => {
    res.status(404).send(problemPage(NOT_FOUND));
  });
  app.use(((error, _req, res, _next) => show(explainError(error), res)) as express.ErrorRequestHandler);
  return app;
}
