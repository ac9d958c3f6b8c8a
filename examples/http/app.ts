import { randomBytes } from 'node:crypto';
import { createServer, IncomingMessage, type Server, type ServerResponse } from 'node:http';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { hiworksOptions, isMain, port } from '../hiworks.js';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson, type LoginState, type Person } from '../person.js';

/** A request with what Passport adds to it. */
class Request extends IncomingMessage {
  declare user?: Person;
  declare authInfo?: { state?: LoginState };
  declare session?: { messages?: string[] };
  declare logout: (done: (error: unknown) => void) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: middleware asks for Express' requests, and does with less
type Middleware = (request: any, response: any, next: (error?: unknown) => void) => void;

/** Express' middleware without Express. The strategy is handed to Passport itself, rather than by its name. */
export function createApp(options: HiworksStrategyOptions): Server {
  const passport = new Passport();
  const strategy = new HiworksStrategy(
    { fetchProfile: true, ...options },
    (_accessToken, _refreshToken, profile, done) => done(null, findPerson(profile)),
  );
  passport.serializeUser((person, done) => done(null, person));
  passport.deserializeUser((person: Express.User, done) => done(null, person));

  const sessions = session({
    secret: randomBytes(32).toString('hex'),
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax', secure: 'auto' },
  });
  const restore: Middleware = passport.session();
  const start: Middleware = passport.authenticate(strategy);
  const startForInbox: Middleware = passport.authenticate(strategy, { state: { returnTo: '/inbox' } });
  // keepSessionInfo: or a login that is under way in another tab would be forgotten.
  const finish: Middleware = passport.authenticate(strategy, {
    failWithError: true,
    failureMessage: true,
    keepSessionInfo: true,
  });

  async function answer(request: Request, response: ServerResponse): Promise<void> {
    const use = (middleware: Middleware) =>
      new Promise<void>((resolve, reject) =>
        middleware(request, response, (error) => (error ? reject(error) : resolve())),
      );
    const redirect = (location: string) => response.writeHead(302, { location }).end();
    await use(sessions);
    await use(restore);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        response.end(homePage(request.user));
        break;
      case 'GET /auth/hiworks':
        await use(start);
        break;
      case 'GET /auth/hiworks/callback':
        await use(finish);
        redirect(request.authInfo?.state?.returnTo ?? '/');
        break;
      case 'GET /inbox':
        if (request.user) {
          response.end(inboxPage(request.user));
        } else {
          await use(startForInbox);
        }
        break;
      case 'POST /logout':
        await use((_request, _response, next) => request.logout(next));
        redirect('/');
        break;
      default:
        response.writeHead(404).end(failurePage({ message: '페이지를 찾을 수 없습니다.' }));
    }
  }

  return createServer({ IncomingMessage: Request }, (request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    answer(request, response).catch(({ message, code, status = 500 }) => {
      // failureMessage keeps there why a login failed; failWithError's own error says no more than its status.
      const [reason = message] = request.session?.messages?.splice(0) ?? [];
      console.error(reason);
      response.statusCode = status;
      response.end(failurePage({ message: reason, code }));
    });
  });
}

if (isMain(import.meta.url)) {
  createApp(await hiworksOptions()).listen(port);
}
