import { randomBytes } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import koaPassport from 'koa-passport';
import { createSession } from 'koa-session';
import {
  type HiworksAuthenticateOptions,
  HiworksStrategy,
  type HiworksStrategyOptions,
} from 'passport-hiworks';
import { hiworksOptions, isMain, port } from '../hiworks.js';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson } from '../person.js';

export function createApp(options: HiworksStrategyOptions): Koa {
  const passport = new koaPassport.KoaPassport();
  passport.use(
    new HiworksStrategy({ fetchProfile: true, ...options }, (_accessToken, _refreshToken, profile, done) =>
      done(null, findPerson(profile)),
    ),
  );
  passport.serializeUser((person, done) => done(null, person));
  passport.deserializeUser((person: Express.User, done) => done(null, person));

  const router = new Router();
  router.get('/', (ctx) => {
    ctx.body = homePage(ctx.state.user);
  });
  router.get('/auth/hiworks', passport.authenticate('hiworks'));
  router.get('/auth/hiworks/callback', (ctx, next) =>
    passport.authenticate('hiworks', async (error, person, info, status) => {
      if (error || !person) {
        throw error || Object.assign(new Error(info?.message), { status: status ?? 401 });
      }
      await ctx.login(person);
      ctx.redirect(info.state?.returnTo ?? '/');
    })(ctx, next),
  );
  const toInbox: HiworksAuthenticateOptions = { state: { returnTo: '/inbox' } };
  router.get('/inbox', async (ctx, next) => {
    if (ctx.state.user) {
      ctx.body = inboxPage(ctx.state.user);
    } else {
      await passport.authenticate('hiworks', toInbox)(ctx, next);
    }
  });
  router.post('/logout', async (ctx) => {
    await ctx.logout();
    ctx.redirect('/');
  });

  const app = new Koa();
  app.keys = [randomBytes(32).toString('hex')];
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      console.error(error);
      const { message, code, status } = error as Error & { code?: string; status?: number };
      ctx.status = status ?? 500;
      ctx.body = failurePage({ message, code });
    }
  });
  app.use(createSession({ sameSite: 'lax' }, app));
  app.use(passport.initialize());
  app.use(passport.session());
  app.use(router.routes());
  return app;
}

if (isMain(import.meta.url)) {
  createApp(await hiworksOptions()).listen(port);
}
