import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import express, {
  type ErrorRequestHandler,
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import session, { MemoryStore } from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { createHiworksServer, type HiworksServer } from 'passport-hiworks/testing';

type Report = (event: string) => void;

/** The victim and the attacker have accounts in one office: `allowedOffices` keeps neither out. */
export const VICTIM = { userNo: '1234567', officeNo: '123123', userId: 'hong', name: 'the victim' };
export const ATTACKER = { userNo: '1234568', officeNo: '123123', userId: 'mallory', name: 'the attacker' };

/** Where an application and a foreign site are: two sites, without their ports. */
export interface Place {
  app: string;
  foreign: string;
}

export const HTTPS: Place = { app: 'https://app.test', foreign: 'https://evil.test' };
export const LOOPBACK: Place = { app: 'http://localhost', foreign: 'http://127.0.0.1' };
/** WebKit cannot be told where `app.test` is over `https:`. */
export const HTTPS_IN_WEBKIT: Place = { app: 'https://localhost', foreign: 'https://127.0.0.1' };
/** As on an intranet. */
export const PLAIN_HTTP: Place = { app: 'http://app.test', foreign: 'http://evil.test' };

/** An application with the Hiworks login. It reports what it meets, so that no test has to poll a browser. */
export interface Application {
  url: string;
  hiworks: HiworksServer;
  /** The origin of the page in front of Hiworks. */
  hiworksPage: string;
  /**
   * What happens next: `'at Hiworks'` once a browser has followed the redirect there, or the outcome of a login, as
   * `'signed in: the victim'`, `'connected: the victim'`, `'refused: begun_elsewhere'`.
   */
  next(): Promise<string>;
  /** The URL of a page that redirects to a start, with `Referrer-Policy: no-referrer`, as helmet has it. */
  guarded(start: string): string;
  /** Forgets all sessions, so that the next attack finds nothing of the one before. */
  forget(): void;
  /** Has the next request to a start answered by a page that asks to reload. */
  isBusy: boolean;
  /** How many callbacks to wait for before they are passed on together; `'held'` is an event of each but the last. */
  held: number;
  close(): Promise<void>;
}

export interface ApplicationOptions {
  place: Place;
  state?: boolean | 'auto';
  echoState?: boolean;
  /** Middleware of the application's pages, and of the routes that start a login. */
  marker?: { page: RequestHandler; start: RequestHandler };
}

/** Starts an application that signs in by Hiworks, or by a password, and connects Hiworks accounts to the latter's. */
export async function startApplication({ place, ...options }: ApplicationOptions): Promise<Application> {
  const { server, url } = await listen(place.app);
  const callbackURL = `${url}/auth/hiworks/callback`;
  const hiworks = await createHiworksServer({
    callbackURL,
    echoState: options.echoState ?? false,
    users: [VICTIM, ATTACKER],
  });
  const events = new EventEmitter();
  const report: Report = (event) => events.emit('next', event);
  const gate = await listen(`${new URL(place.app).protocol}//127.0.0.1`);
  gate.server.on('request', createGate(hiworks.url, report));
  const store = new MemoryStore();
  const application: Application = {
    url,
    hiworks,
    hiworksPage: gate.url,
    async next() {
      return (await once(events, 'next'))[0];
    },
    guarded: (start) => `${url}/guarded?to=${new URL(start, url).pathname}`,
    forget: () => store.clear(),
    isBusy: false,
    held: 1,
    async close() {
      stop(server);
      stop(gate.server);
      await hiworks.close();
    },
  };
  const strategy = new HiworksStrategy(
    {
      ...hiworks.options,
      authorizationURL: `${gate.url}/open/auth/authform`,
      callbackURL,
      state: options.state ?? 'auto',
      fetchProfile: true,
    },
    (_accessToken, _refreshToken, profile, done) => done(null, { name: profile.displayName }),
  );
  server.on('request', createApp({ application, strategy, store, report, ...options }));
  return application;
}

/** Sends a page that reports `event` once a browser has loaded it; an image, a script or a prefetch only asks for it. */
function sendPage(req: Request, res: Response, report: Report, event: string, html: string): void {
  if (!req.get('accept')?.includes('text/html') || req.get('sec-purpose')) {
    report(event);
  }
  res.send(`${html}
<script>addEventListener('load', () => fetch('/report', { method: 'POST', body: ${JSON.stringify(event)} }))</script>`);
}

/** Takes what a page reports. */
function reports(report: Report): RequestHandler {
  return async (req, res) => {
    res.end();
    report(await text(req));
  };
}

/** A page in front of Hiworks, with a link to it. */
function createGate(hiworksURL: string, report: Report): Express {
  const app = express();
  app.get('/open/auth/authform', (req, res) => {
    const link = hiworksURL + req.url.replaceAll('&', '&amp;');
    sendPage(req, res, report, 'at Hiworks', `<a href="${link}">Go on to Hiworks</a>`);
  });
  app.post('/report', reports(report));
  return app;
}

/** The URL by which the attacker's own browser would finish a login of his: its code is not used. */
export function callbackOfAttacker({ hiworks }: Application, state?: string): Promise<string> {
  const location = new URL('/open/auth/authform', hiworks.url);
  location.search = String(
    new URLSearchParams({
      client_id: hiworks.options.clientID,
      access_type: 'online',
      ...(state ? { state } : {}),
    }),
  );
  return hiworks.signIn(location.href, ATTACKER.userNo);
}

interface Parts extends Omit<ApplicationOptions, 'place'> {
  application: Application;
  strategy: HiworksStrategy;
  store: MemoryStore;
  report: Report;
}

const pass: RequestHandler = (_req, _res, next) => next();

function createApp({ application, strategy, store, report, marker }: Parts): Express {
  const passport = new Passport();
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  const connected = new Map<string, string>();
  const isSecure = application.url.startsWith('https:');

  type Finish = (error: unknown, user?: Express.User | false | null, info?: object, status?: number) => void;
  const finish =
    (req: Request, res: Response, next: NextFunction, succeed: (user: Express.User) => void): Finish =>
    (error, user, info = {}, status = 401) => {
      if (error) {
        return next(error);
      }
      if (user) {
        return succeed(user);
      }
      const { code } = info as { code?: string };
      res.status(status);
      return sendPage(req, res, report, `refused: ${code}`, `<h1>Refused: ${code}</h1><a href="/">Home</a>`);
    };
  const goHome = (res: Response, event: string) => res.redirect(`/?${new URLSearchParams({ event })}`);
  const signIn: RequestHandler = (req, res, next) => {
    const login = (user: Express.User) =>
      req.logIn(user, (failure) => (failure ? next(failure) : goHome(res, `signed in: ${nameOf(user)}`)));
    passport.authenticate('hiworks', finish(req, res, next, login))(req, res, next);
  };
  const connect: RequestHandler = (req, res, next) => {
    const keep = (account: Express.User) => {
      connected.set(nameOf(req.user), nameOf(account));
      goHome(res, `connected: ${nameOf(account)}`);
    };
    // With its options, though empty: without them Passport does not tell the strategy that this is `authorize`.
    passport.authorize('hiworks', {}, finish(req, res, next, keep))(req, res, next);
  };
  const startUnlessBusy: RequestHandler = (req, res, next) =>
    application.isBusy ? sendPage(req, res, report, 'busy', '<h1>Please reload</h1>') : next();
  const waiting: (() => void)[] = [];
  const hold: RequestHandler = (_req, _res, next) => {
    waiting.push(next);
    if (waiting.length >= application.held) {
      for (const goOn of waiting.splice(0)) goOn();
    } else {
      report('held');
    }
  };

  const app = express();
  app.get('/worker.js', (req, res) => {
    res.type('js').send(WORKERS[req.query.kind as keyof typeof WORKERS]);
  });
  app.use(
    session({
      store,
      secret: 'for tests only',
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: isSecure },
    }),
  );
  app.use(passport.session());
  app.get('/', marker?.page ?? pass, (req, res) => {
    const name = req.user ? nameOf(req.user) : 'no one';
    const { event = `home of ${name}` } = req.query;
    sendPage(
      req,
      res,
      report,
      String(event),
      `<h1>Signed in: ${name}</h1> <a href="/auth/hiworks">Sign in</a> <a href="/connect/hiworks">Connect</a>
<a href="/guarded?to=/auth/hiworks">Inbox</a>`,
    );
  });
  app.get('/login', marker?.page ?? pass, (req, res) => {
    sendPage(req, res, report, 'login page', '<a href="/auth/hiworks">Sign in</a>');
  });
  app.post('/report', reports(report));
  app.get('/password', (req, res, next) => {
    req.logIn({ name: 'a local account' }, (failure) => (failure ? next(failure) : res.redirect('/')));
  });
  app.get('/guarded', (req, res) => {
    res.set('Referrer-Policy', 'no-referrer').redirect(String(req.query.to));
  });
  app.get('/starts-by-itself', (req, res) => {
    res.send(`<meta http-equiv="refresh" content="0;url=${req.query.to}">`);
  });
  app.get('/prefetching', (_req, res) => {
    res.send('<link rel="prefetch" href="/auth/hiworks"><a href="/auth/hiworks">Sign in</a>');
  });
  app.get('/with-worker', (_req, res) => {
    res.send(`${register('pass on')}<a href="/auth/hiworks">Sign in</a>`);
  });
  app.get('/form', (req, res) => {
    res.set('Content-Security-Policy', `form-action ${req.query['form-action']}`);
    res.send('<form action="/auth/hiworks"><button>Sign in</button></form>');
  });
  app.get('/auth/hiworks', startUnlessBusy, marker?.start ?? pass, signIn);
  app.get('/connect/hiworks', startUnlessBusy, marker?.start ?? pass, connect);
  app.get('/auth/hiworks/callback', hold, (req, res, next) => (req.user ? connect : signIn)(req, res, next));
  app.use(((error, req, res, _next) => {
    res.status(error.status ?? 500);
    sendPage(req, res, report, `failed: ${error.name}`, `<h1>Failed: ${error.name}</h1>`);
  }) as ErrorRequestHandler);
  return app;
}

const nameOf = (user: Express.User | undefined) => (user as { name: string }).name;

/** Service workers: one passes all requests on, as many do; one redirects navigations; one fetches what a page names. */
const WORKERS = {
  'pass on': `addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));`,
  redirect: `addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const to = new URL(event.request.url).searchParams.get('worker');
  if (to) event.respondWith(Response.redirect(to));
});`,
};

/** HTML that registers a service worker, and shows `Ready` once it is in control. */
function register(kind: keyof typeof WORKERS): string {
  return `<script>
navigator.serviceWorker.addEventListener('controllerchange', () => document.body.append('Ready'));
navigator.serviceWorker.register('/worker.js?kind=${kind}');
</script>`;
}

/** A site of the attacker's. */
export interface ForeignSite {
  /** The URL of a page with this HTML. */
  page(html: string): string;
  /** The URL of a redirect with `Referrer-Policy: no-referrer`. */
  redirect(to: string): string;
  /** The URL of a page that installs a service worker, and the URL by which it redirects. */
  worker: string;
  throughWorker(to: string): string;
  close(): void;
}

/** Starts a site of the attacker's. */
export async function startForeignSite(place: Place): Promise<ForeignSite> {
  const { server, url } = await listen(place.foreign);
  const app = express();
  app.get('/worker.js', (req, res) => {
    res.type('js').send(WORKERS[req.query.kind as keyof typeof WORKERS]);
  });
  app.get('/worker', (_req, res) => res.send(register('redirect')));
  app.get('/redirect', (req, res) => {
    res.set('Referrer-Policy', 'no-referrer').redirect(String(req.query.to));
  });
  app.get('/', (req, res) => res.send(req.query.html));
  server.on('request', app);
  return {
    page: (html) => `${url}/?${new URLSearchParams({ html })}`,
    redirect: (to) => `${url}/redirect?${new URLSearchParams({ to })}`,
    worker: `${url}/worker`,
    throughWorker: (to) => `${url}/?${new URLSearchParams({ worker: to })}`,
    close: () => stop(server),
  };
}

const certificate = (name: string) =>
  readFileSync(join(__dirname, '../../test/fixtures/tls-for-tests-only', name));

/** Listens on this machine, and resolves with the URL: the origin and the port. */
async function listen(origin: string): Promise<{ server: http.Server; url: string }> {
  const server = origin.startsWith('https:')
    ? https.createServer({ key: certificate('key.pem'), cert: certificate('certificate.pem') })
    : http.createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `${origin}:${(server.address() as AddressInfo).port}` };
}

function stop(server: http.Server): void {
  server.close();
  server.closeAllConnections();
}
