import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { authenticate } from '../../hono/passport.mjs';
import { signedCookieSession } from '../../hono/session.mjs';
import { home, path, port, secret, started, strategy } from './verify.mjs';

const app = new Hono();
app.use(signedCookieSession(secret));
app.get('/', (c) => c.html(home(c.var.session.user)));
app.get(path, async (c) => {
  const { user, status } = await authenticate(strategy, c, c.var.session);
  if (!user) {
    return c.text('403', status);
  }
  c.var.session.user = user;
  return c.redirect('/');
});
serve({ fetch: app.fetch, port }, started);
