import { randomBytes } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express } from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { hiworksOptions, isMain, port } from '../hiworks.js';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson } from '../person.js';

export interface Settings {
  /** Where sessions are kept. In memory by default: give several machines one store that they share. */
  store?: session.Store | undefined;
  secret?: string | undefined;
}

/** Adds the login, a home page and an inbox to an Express application, of version 5 or 4. */
export function addHiworks(app: Express, options: HiworksStrategyOptions, settings: Settings = {}): Express {
  const passport = new Passport();
  passport.use(
    new HiworksStrategy({ fetchProfile: true, ...options }, (_accessToken, _refreshToken, profile, done) =>
      done(null, findPerson(profile)),
    ),
  );
  passport.serializeUser((person, done) => done(null, person));
  passport.deserializeUser((person: Express.User, done) => done(null, person));

  app.use(
    session({
      store: settings.store,
      secret: settings.secret ?? randomBytes(32).toString('hex'),
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', secure: 'auto' },
    }),
  );
  app.use(passport.session());

  app.get('/', (req, res) => {
    res.send(homePage(req.user));
  });
  app.get('/auth/hiworks', passport.authenticate('hiworks'));
  app.get('/auth/hiworks/callback', (req, res, next) => {
    passport.authenticate('hiworks', (error, person, info, status) => {
      if (error || !person) {
        next(error || Object.assign(new Error(info?.message), { status: status ?? 401 }));
        return;
      }
      // keepSessionInfo: or a login that is under way in another tab would be forgotten.
      req.logIn(person, { session: true, keepSessionInfo: true }, (failed) => {
        if (failed) {
          next(failed);
        } else {
          res.redirect(info?.state?.returnTo ?? '/');
        }
      });
    })(req, res, next);
  });
  app.get('/inbox', (req, res, next) => {
    if (req.user) {
      res.send(inboxPage(req.user));
    } else {
      passport.authenticate('hiworks', { state: { returnTo: '/inbox' } })(req, res, next);
    }
  });
  app.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect('/')));
  });

  const showFailure: ErrorRequestHandler = (error, _req, res, _next) => {
    console.error(error);
    res.status(error.status ?? 500).send(failurePage(error));
  };
  app.use(showFailure);
  return app;
}

if (isMain(import.meta.url)) {
  addHiworks(express(), await hiworksOptions()).listen(port);
}
