import { signIn } from '../hono/hiworks.mjs';
import { headers, homePage, inboxPage, loginPage } from '../hono/pages.mjs';
import { withSession } from '../hono/session.mjs';

export const html = (page) =>
  new Response(page, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });

export const login = (request) => withSession(request, (session) => signIn(request, session));

export const routes = {
  '/': (request) => withSession(request, ({ user }) => html(user ? homePage(user) : loginPage())),
  '/login': (request) => html(loginPage(new URL(request.url).searchParams.get('reason') ?? undefined)),
  '/auth/hiworks': login,
  '/auth/hiworks/callback': login,
  '/inbox': (request) =>
    withSession(request, (session) =>
      session.user
        ? html(inboxPage(session.user))
        : signIn(request, session, { state: { returnTo: '/inbox' } }),
    ),
  '/logout': (request) =>
    withSession(request, (session) => {
      delete session.user;
      return new Response(null, { status: 303, headers: { location: '/' } });
    }),
};

/** An application on nothing but Web standards. */
export function respond(request) {
  const route = routes[new URL(request.url).pathname];
  return route ? route(request) : new Response(null, { status: 404 });
}
