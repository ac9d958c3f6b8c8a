import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import connectPg from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import expressSession from 'express-session';
import pg from 'pg';
import { createClient } from 'redis';
import { HiworksStrategy } from '../../dist/index.js';
import { createHiworksServer } from '../../dist/testing/index.js';
import { Browser } from './support/browser.mjs';
import { createDatabase } from './support/postgres.mjs';
import { startRedis } from './support/redis.mjs';
import { createApplication, MIDDLEWARE } from './support/session-middleware.mjs';

/** Browsers send at most 4,096 bytes for one cookie. */
const MAX_COOKIE = 4096;
const LATENCY_MS = 20;

const koreanPath = (n) => `/게시판/${n}/${'공지사항'.repeat(6)}`;

/** A session store whose every call takes a while, as over a network. */
function slow(store) {
  for (const name of ['get', 'set', 'touch', 'destroy']) {
    const method = store[name];
    store[name] = (...args) => delay(LATENCY_MS).then(() => method.apply(store, args));
  }
  return store;
}

describe('A login over a real session middleware', () => {
  const closing = [];
  let hiworks;
  let redisStore;
  let pgStore;

  before(async () => {
    hiworks = await createHiworksServer({
      callbackURL: 'http://localhost/cb',
      signInAs: '1234567',
      echoState: true,
    });
    const redis = await startRedis();
    const client = createClient({ url: redis.url });
    await client.connect();
    redisStore = () => slow(new RedisStore({ client }));
    const database = await createDatabase();
    const pool = new pg.Pool({ connectionString: database.url });
    pgStore = () =>
      slow(
        new (connectPg(expressSession))({ pool, createTableIfMissing: true, pruneSessionInterval: false }),
      );
    closing.push(async () => {
      await client.close();
      await redis.close();
      await pool.end();
      await database.client.end();
      await hiworks.close();
    });
  });
  after(async () => {
    for (const close of closing.reverse()) {
      await close();
    }
  });

  const strategy = () =>
    new HiworksStrategy(
      { ...hiworks.options, callbackURL: 'http://localhost/cb' },
      (_access, _refresh, profile, done) => done(null, profile),
    );

  /** Starts the application behind one middleware; resolves with it and a browser that is signed in. */
  async function start(name, ...options) {
    const application = createApplication(strategy());
    const server = await MIDDLEWARE[name](application.respond, ...options);
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const browser = new Browser(`http://127.0.0.1:${server.address().port}`);
    await browser.open('/sign-in');
    return { ...application, browser };
  }

  /** The outcome of the login that a start's redirect leads to. */
  async function finish(browser, { location }) {
    const callback = new URL(await hiworks.signIn(location, '1234567'));
    return JSON.parse((await browser.open(`/cb${callback.search}`)).text);
  }

  const kinds = [
    ['cookie-session', 'cookie-session', () => []],
    ['iron-session', 'iron-session', () => []],
    ['koa-session', 'koa-session', () => []],
    ['@fastify/secure-session', '@fastify/secure-session', () => []],
    ['express-session over Redis with latency', 'express-session', () => [redisStore()]],
    ['express-session over PostgreSQL with latency', 'express-session', () => [pgStore()]],
  ];
  for (const [title, name, options] of kinds) {
    it(`${title}: ten starts with Korean return paths sign no user out, and each tab gets its own page`, async () => {
      const { browser } = await start(name, ...options());
      for (let n = 0; n < 10; n++) {
        const to = koreanPath(n);
        const started = await browser.open(`/auth?to=${encodeURIComponent(to)}`);
        expect(started.status, started.text).to.equal(302);
        for (const [name, value] of browser.cookies) {
          expect(name.length + value.length, 'bytes of a cookie').to.be.below(MAX_COOKIE);
        }
        if (n % 3 === 0) {
          expect(await finish(browser, started)).to.deep.equal({
            kind: 'success',
            id: '1234567',
            returnTo: to,
          });
        }
        expect((await browser.open('/me')).text).to.equal('hong');
      }
    });

    it(`${title}: a foreign link with a return path of 3 KB is an error that leaves the session alone`, async () => {
      const { browser } = await start(name, ...options());
      const own = await browser.open('/auth?to=/own');
      const foreign = await browser.open(`/auth?to=${encodeURIComponent('가'.repeat(1000))}`, {
        from: 'cross-site',
      });
      expect(JSON.parse(foreign.text)).to.include({ kind: 'error', name: 'TypeError' });
      expect((await browser.open('/me')).text).to.equal('hong');
      expect(await finish(browser, own)).to.include({ kind: 'success', returnTo: '/own' });
    });

    it(`${title}: parallel starts lose logins to each other at most; one completes, and the others fail with a code`, async () => {
      const { browser } = await start(name, ...options());
      const starts = await Promise.all([0, 1, 2, 3].map((n) => browser.open(`/auth?to=/${n}`)));
      const outcomes = [];
      for (const started of starts) {
        outcomes.push(await finish(browser, started));
      }
      expect(outcomes.filter(({ kind }) => kind === 'success')).to.not.deep.equal([]);
      for (const { kind, code } of outcomes) {
        expect([kind, code]).to.be.deep.oneOf([
          ['success', undefined],
          ['fail', 'state_mismatch'],
        ]);
      }
      expect((await browser.open('/me')).text).to.equal('hong');
    });
  }

  for (const [title, store] of [
    ['Redis', () => redisStore()],
    ['PostgreSQL', () => pgStore()],
  ]) {
    it(`express-session over ${title} with resave: a polling request that saves an older session loses the login, and the message says so`, async () => {
      const { browser, polling, open } = await start('express-session', store(), { resave: true });
      const poll = browser.open('/poll');
      await polling;
      const started = await browser.open('/auth?to=/inbox');
      open();
      await poll;
      const outcome = await finish(browser, started);
      expect(outcome).to.include({ kind: 'fail', code: 'state_mismatch' });
      expect(outcome.message).to.include('overwritten');
      expect((await browser.open('/me')).text).to.equal('hong');
    });
  }
});
