import { once } from 'node:events';
import http, { createServer } from 'node:http';
import https from 'node:https';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { Browser } from './browser.mjs';
import { listen, startGateway } from './gateway.mjs';

/** A small application with the limits of the deployment recipe, whose Hiworks takes `delay` milliseconds a response. */
export async function startLimited(hiworks, { queryParser = 'simple', delay = 0 } = {}) {
  const { limits } = await import(`../build/server/limits.mjs?${Math.random()}`); // counters of its own
  const gateway = await startGateway(hiworks, delay);
  const app = express();
  const application = await listen(createServer(app));
  const callbackURL = `${application.url}/auth/hiworks/callback`;
  hiworks.register(callbackURL);
  const strategy = new HiworksStrategy(
    { ...hiworks.options, baseURL: gateway.url, callbackURL },
    (_accessToken, _refreshToken, profile, done) => done(null, profile),
  );
  app.set('query parser', queryParser);
  app.set('trust proxy', 'loopback');
  app.use(session({ secret: 'for tests only', resave: false, saveUninitialized: false }), limits);
  app.get('/public', (_req, res) => res.send('public'));
  app.use((req, res, next) => {
    passport.authenticate(strategy, (error, user, _info, status = 403) => {
      res.status(error?.status ?? (user ? 200 : status)).send(error?.code ?? 'done');
    })(req, res, next);
  });
  return {
    url: application.url,
    /** A browser in which a login has been started, and where it leads. */
    async begin() {
      const browser = new Browser(application.url);
      const { location } = await browser.open('/auth/hiworks');
      // To Hiworks itself: only the application has to meet the delay.
      return { browser, location: location.replace(gateway.url, hiworks.url) };
    },
    async close() {
      await Promise.all([application.close(), gateway.close()]);
    },
  };
}

/** Sends a request target as it is, without a URL parser in between: the status of the response. */
export async function send({ site, ca, cookies }, target, { method = 'GET', headers = {} } = {}) {
  const { protocol, hostname, port } = new URL(site);
  const { request } = protocol === 'https:' ? https : http;
  const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
  const options = { hostname, port, ca, agent: false, method, path: target, headers: { cookie, ...headers } };
  const [response] = await once(request(options).end(), 'response');
  response.resume();
  return response.statusCode;
}
