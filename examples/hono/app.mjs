import { Hono } from 'hono';
import { signIn } from './hiworks.mjs';
import { headers, homePage, inboxPage, loginPage } from './pages.mjs';
import { withSession } from './session.mjs';

/** The application. Its sessions are encrypted cookies. */
export const app = new Hono();

app.use(async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(headers)) {
    c.header(name, value);
  }
});
app.get('/', (c) => withSession(c.req.raw, ({ user }) => c.html(user ? homePage(user) : loginPage())));
app.get('/login', (c) => c.html(loginPage(c.req.query('reason'))));
app.on('GET', ['/auth/hiworks', '/auth/hiworks/callback'], (c) =>
  withSession(c.req.raw, (session) => signIn(c.req.raw, session)),
);
app.get('/inbox', (c) =>
  withSession(c.req.raw, (session) =>
    session.user
      ? c.html(inboxPage(session.user))
      : signIn(c.req.raw, session, { state: { returnTo: '/inbox' } }),
  ),
);
app.post('/logout', (c) =>
  withSession(c.req.raw, (session) => {
    delete session.user;
    return c.redirect('/');
  }),
);
