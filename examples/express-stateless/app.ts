import { randomBytes } from 'node:crypto';
import cookieParser from 'cookie-parser';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { hiworksOptions, isMain, port } from '../hiworks.js';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson, type Person } from '../person.js';

/**
 * An Express application without sessions: a signed cookie says who the person is. Without a session there is nothing
 * to hold a callback against, so that logins have no protection against login CSRF; the strategy says so once.
 */
export function createApp(options: HiworksStrategyOptions): Express {
  const passport = new Passport();
  passport.use(
    new HiworksStrategy({ fetchProfile: true, ...options }, (_accessToken, _refreshToken, profile, done) =>
      done(null, findPerson(profile)),
    ),
  );

  const app = express();
  app.use(cookieParser(randomBytes(32).toString('hex')));

  app.get('/', (req, res) => {
    res.send(homePage(personOf(req)));
  });
  app.get('/auth/hiworks', passport.authenticate('hiworks', { session: false }));
  app.get('/auth/hiworks/callback', (req, res, next) => {
    passport.authenticate('hiworks', { session: false }, (error, person, info, status) => {
      if (error || !person) {
        next(error || Object.assign(new Error(info?.message), { status: status ?? 401 }));
        return;
      }
      res.cookie('person', person, { signed: true, httpOnly: true, sameSite: 'lax', secure: req.secure });
      res.redirect('/');
    })(req, res, next);
  });
  app.get('/inbox', (req, res) => {
    const person = personOf(req);
    if (person) {
      res.send(inboxPage(person));
    } else {
      res.redirect('/auth/hiworks');
    }
  });
  app.post('/logout', (_req, res) => {
    res.clearCookie('person').redirect('/');
  });

  const showFailure: ErrorRequestHandler = (error, _req, res, _next) => {
    console.error(error);
    res.status(error.status ?? 500).send(failurePage(error));
  };
  app.use(showFailure);
  return app;
}

function personOf(req: express.Request): Person | undefined {
  return req.signedCookies.person || undefined;
}

if (isMain(import.meta.url)) {
  createApp(await hiworksOptions()).listen(port);
}
