import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';

/** The victim and the attacker have accounts in one office: `allowedOffices` keeps neither out. */
export const VICTIM = { userNo: '1234567', officeNo: '123123', userId: 'hong', name: 'the victim' };
export const ATTACKER = { userNo: '1234568', officeNo: '123123', userId: 'mallory', name: 'the attacker' };

/** An application with the Hiworks login, as its users see it. */
export interface Application {
  /** On the host `localhost`. */
  url: string;
  hiworks: HiworksServer;
  close(): Promise<void>;
}

/** Starts an application that signs in by Hiworks, or by a form, and connects Hiworks accounts to those of the form. */
export async function startApplication({ echoState }: { echoState: boolean }): Promise<Application> {
  const server = await listen(createServer());
  const url = `http://localhost:${portOf(server)}`;
  const callbackURL = `${url}/auth/hiworks/callback`;
  const hiworks = await createHiworksServer({ callbackURL, echoState, users: [VICTIM, ATTACKER] });
  server.on('request', createApp(hiworks, callbackURL));
  return {
    url,
    hiworks,
    async close() {
      stop(server);
      await hiworks.close();
    },
  };
}

function createApp(hiworks: HiworksServer, callbackURL: string): Express {
  const passport = new Passport();
  passport.use(
    new HiworksStrategy(
      { ...hiworks.options, callbackURL, fetchProfile: true },
      (_accessToken, _refreshToken, profile, done) => done(null, { name: profile.displayName }),
    ),
  );
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  const connectedAccounts = new Map<string, string>();

  const finish =
    (next: (user: { name: string }) => void, res: express.Response, onError: express.NextFunction) =>
    (error: unknown, user?: { name: string } | false | null, info?: { code?: string }, status = 401) => {
      if (error) {
        return onError(error);
      }
      return user
        ? next(user)
        : res.status(status).send(`<h1>Refused: ${info?.code}</h1><a href="/">Home</a>`);
    };
  const signIn: RequestHandler = (req, res, next) => {
    const login = (user: Express.User) =>
      req.logIn(user, (failure) => (failure ? next(failure) : res.redirect('/')));
    passport.authenticate('hiworks', finish(login, res, next))(req, res, next);
  };
  const connect: RequestHandler = (req, res, next) => {
    const keep = (account: { name: string }) => {
      connectedAccounts.set(nameOf(req.user), account.name);
      res.redirect('/');
    };
    // With its options, though empty: without them Passport does not tell the strategy that this is `authorize`.
    passport.authorize('hiworks', {}, finish(keep, res, next))(req, res, next);
  };

  const app = express();
  app.use(
    session({
      secret: 'for tests only',
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax' },
    }),
  );
  app.use(passport.session());
  app.get('/', (req, res) => {
    const name = req.user ? nameOf(req.user) : 'nobody';
    res.send(`<h1>Signed in: ${name}</h1>
<p>Connected: ${connectedAccounts.get(name) ?? 'nothing'}</p>
<a href="/auth/hiworks">Sign in</a> <a href="/connect/hiworks">Connect</a>
<form method="post" action="/password"><button>Sign in with a password</button></form>`);
  });
  app.post('/password', (req, res, next) => {
    req.logIn({ name: 'a local account' }, (failure) => (failure ? next(failure) : res.redirect(303, '/')));
  });
  app.get('/starts-by-itself', (_req, res) => {
    res.send('<meta http-equiv="refresh" content="0;url=/auth/hiworks">');
  });
  app.get('/form', (req, res) => {
    res.set('Content-Security-Policy', `form-action ${req.query['form-action']}`);
    res.send('<form action="/auth/hiworks"><button>Sign in</button></form>');
  });
  app.get('/auth/hiworks', signIn);
  app.get('/connect/hiworks', connect);
  app.get('/auth/hiworks/callback', (req, res, next) => (req.user ? connect : signIn)(req, res, next));
  app.use(((error, _req, res, _next) => {
    res.status(error.status ?? 500).send(`<h1>Failed: ${error.name}</h1>`);
  }) as ErrorRequestHandler);
  return app;
}

const nameOf = (user: Express.User | undefined) => (user as { name: string }).name;

/** A site of somebody else's, on the host `127.0.0.1`, which is another site than `localhost`. */
export interface ForeignSite {
  url: string;
  close(): void;
}

/** Starts a site whose every page is `html`, but for `/go?to=…`, which redirects. */
export async function startForeignSite(): Promise<ForeignSite> {
  const app = express();
  app.get('/go', (req, res) => res.redirect(String(req.query.to)));
  app.get('/', (req, res) => {
    res.send(`<a href="${req.query.to}">Have a look</a>
<button onclick="popup = window.open('${req.query.to}')">Win a prize</button>`);
  });
  const server = await listen(createServer(app));
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => stop(server) };
}

async function listen(server: Server): Promise<Server> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}
