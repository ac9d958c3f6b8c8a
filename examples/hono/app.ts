import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { hiworksOptions, isMain, port } from '../hiworks.js';
import { failurePage, homePage, inboxPage } from '../pages.js';
import { findPerson, type Person } from '../person.js';
import { authenticate } from './passport.js';

interface Session {
  person?: Person | undefined;
}

/** A Hono application, whose sessions are signed cookies. */
export function createApp(options: HiworksStrategyOptions) {
  const strategy = new HiworksStrategy(
    { fetchProfile: true, ...options },
    (_accessToken, _refreshToken, profile, done) => done(null, findPerson(profile)),
  );
  const secret = randomBytes(32).toString('hex');
  const app = new Hono<{ Variables: { session: Session } }>();

  app.use(async (c, next) => {
    const stored = await getSignedCookie(c, secret, 'session');
    const session: Session = stored ? JSON.parse(stored) : {};
    c.set('session', session);
    await next();
    const secure = new URL(c.req.url).protocol === 'https:';
    await setSignedCookie(c, 'session', JSON.stringify(session), secret, {
      httpOnly: true,
      sameSite: 'Lax',
      secure,
    });
  });

  app.get('/', (c) => c.html(homePage(c.var.session.person)));
  for (const path of ['/auth/hiworks', '/auth/hiworks/callback']) {
    app.get(path, async (c) => {
      const outcome = await authenticate(strategy, c, c.var.session);
      if ('location' in outcome) {
        return c.redirect(outcome.location);
      }
      c.var.session.person = outcome.person;
      return c.redirect(outcome.state?.returnTo ?? '/');
    });
  }
  app.get('/inbox', async (c) => {
    const { session } = c.var;
    if (session.person) {
      return c.html(inboxPage(session.person));
    }
    const outcome = await authenticate(strategy, c, session, { state: { returnTo: '/inbox' } });
    return c.redirect('location' in outcome ? outcome.location : '/');
  });
  app.post('/logout', (c) => {
    c.var.session.person = undefined;
    return c.redirect('/');
  });

  app.onError((error: Error & { code?: string; status?: ContentfulStatusCode }, c) => {
    console.error(error);
    return c.html(failurePage(error), error.status ?? 500);
  });
  return app;
}

if (isMain(import.meta.url)) {
  serve({ fetch: createApp(await hiworksOptions()).fetch, port });
}
