import { once } from 'node:events';
import { expect } from 'chai';
import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { HiworksStrategy } from 'passport-hiworks';
import { demandOwnPage, markOwnPage } from './build/marker-cookie.mjs';
import { Browser } from './support/browser.mjs';
import { startHiworks } from './support/hiworks.mjs';
import { readPage } from './support/pages.mjs';

describe('Recipe: a marker cookie', () => {
  let hiworks;
  let server;
  let browser;

  beforeEach(async () => {
    const app = express();
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://localhost:${server.address().port}`;
    const callbackURL = `${url}/auth/hiworks/callback`;
    hiworks = await startHiworks({ callbackURL });
    const passport = new Passport();
    passport.use(
      new HiworksStrategy({ ...hiworks.options, callbackURL }, (_a, _r, profile, done) =>
        done(null, profile),
      ),
    );
    app.set('trust proxy', 'loopback');
    app.use(session({ secret: 'for tests only', resave: false, saveUninitialized: false }));
    // The lines that the page shows.
    const [, usage] = /application:\n\n```js\n([\s\S]*?)```/.exec(readPage('recipes/marker-cookie.md'));
    new Function('app', 'passport', 'markOwnPage', 'demandOwnPage', usage)(
      app,
      passport,
      markOwnPage,
      demandOwnPage,
    );
    browser = new Browser(url);
  });
  afterEach(async () => {
    server.close();
    await hiworks.close();
  });

  it('leads a browser without the cookie to the login page, and one with it to Hiworks', async () => {
    expect((await browser.open('/auth/hiworks')).location).to.equal(`${browser.site}/login`);
    await browser.open('/login', { from: 'cross-site' });
    expect((await browser.open('/auth/hiworks')).location).to.include(hiworks.url);
    expect(hiworks.requests).to.deep.equal([]);
  });

  it('accepts no other value of the cookie', async () => {
    for (const cookie of ['own-page=', 'own-page=0', 'other-own-page=1', 'x=own-page=1']) {
      const { location } = await browser.open('/auth/hiworks', { headers: { cookie } });
      expect(location, cookie).to.equal(`${browser.site}/login`);
    }
  });

  it('binds the cookie to the site, and over https to the host', async () => {
    const cookieOver = async (protocol) =>
      (await browser.open('/login', { headers: { 'x-forwarded-proto': protocol } })).headers['set-cookie'][0];
    expect(await cookieOver('http')).to.match(
      /^own-page=1; Max-Age=3600; Path=\/; .*HttpOnly; SameSite=Strict$/,
    );
    expect(await cookieOver('https')).to.match(/^__Host-own-page=1; .*HttpOnly; Secure; SameSite=Strict$/);
  });
});
