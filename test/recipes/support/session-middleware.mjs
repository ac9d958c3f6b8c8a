import { once } from 'node:events';
import { createServer } from 'node:http';
import secureSession from '@fastify/secure-session';
import cookieSession from 'cookie-session';
import express from 'express';
import expressSession from 'express-session';
import fastify from 'fastify';
import { getIronSession } from 'iron-session';
import Koa from 'koa';
import koaSession from 'koa-session';

const SECRET = 'not-a-secret-but-32-characters-long';

/**
 * The application behind every session middleware: it signs a user in, tells who is signed in, starts a login and finishes it.
 * `/poll` changes the session once `gate` is open, as a page that polls may.
 */
export function createApplication(strategy) {
  let open;
  const gate = new Promise((resolve) => {
    open = resolve;
  });
  let arrive;
  const polling = new Promise((resolve) => {
    arrive = resolve;
  });

  async function respond(req) {
    const { pathname, searchParams } = new URL(req.url, 'http://localhost');
    switch (pathname) {
      case '/sign-in':
        req.session.user = 'hong';
        return { status: 200, body: 'signed in' };
      case '/me':
        return { status: 200, body: req.session.user ?? '' };
      case '/poll':
        arrive();
        await gate;
        req.session.polls = 1;
        return { status: 200, body: 'polled' };
      default:
        return outcome(strategy, req, searchParams.get('to'));
    }
  }
  return { respond, polling, open };
}

function outcome(strategy, req, returnTo) {
  const options = returnTo === null ? {} : { state: { returnTo } };
  return new Promise((resolve) => {
    const end = (result) => resolve({ status: 200, body: JSON.stringify(result) });
    const actions = {
      redirect: (location) => resolve({ status: 302, location, body: '' }),
      success: (user, info) => end({ kind: 'success', id: user.id, returnTo: info.state?.returnTo }),
      fail: ({ code, message }) => end({ kind: 'fail', code, message }),
      error: ({ name, message }) => end({ kind: 'error', name, message }),
    };
    Object.assign(Object.create(strategy), actions).authenticate(req, options);
  });
}

/** Each session middleware: starts a server on loopback that runs `respond` with its session. Resolves with the server. */
export const MIDDLEWARE = {
  'cookie-session': (respond) =>
    listen(createServer(withExpress(respond, cookieSession({ name: 'sid', keys: [SECRET] })))),

  'iron-session': (respond) =>
    listen(
      createServer(async (req, res) => {
        const session = await getIronSession(req, res, {
          password: SECRET,
          cookieName: 'sid',
          cookieOptions: { secure: false },
        });
        const result = await respond(requestOf(req, session));
        await session.save();
        send(res, result);
      }),
    ),

  'koa-session': (respond) => {
    const app = new Koa();
    app.keys = [SECRET];
    app.use(koaSession({ key: 'sid' }, app));
    app.use(async (ctx) => {
      const { status, location, body } = await respond(requestOf(ctx.req, ctx.session));
      ctx.status = status;
      ctx.body = body;
      if (location) {
        ctx.set('location', location);
      }
    });
    return listen(createServer(app.callback()));
  },

  '@fastify/secure-session': async (respond) => {
    const app = fastify();
    await app.register(secureSession, { cookieName: 'sid', key: Buffer.alloc(32, 7), cookie: { path: '/' } });
    app.get('/*', async (request, reply) => {
      const { status, location, body } = await respond(requestOf(request.raw, request.session));
      reply.code(status);
      if (location) {
        reply.header('location', location);
      }
      return body;
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },

  'express-session': (respond, store, options = {}) => {
    const session = expressSession({
      name: 'sid',
      secret: SECRET,
      resave: false,
      saveUninitialized: false,
      store,
      ...options,
    });
    return listen(createServer(withExpress(respond, session)));
  },
};

function withExpress(respond, middleware) {
  const app = express();
  app.use(middleware);
  app.use(async (req, res) => send(res, await respond(requestOf(req, req.session))));
  return app;
}

// The least that a strategy reads, so that nothing but the session differs.
function requestOf({ method, url, headers }, session) {
  return { method, url, headers, session };
}

function send(res, { status, location, body }) {
  res.statusCode = status;
  if (location) {
    res.setHeader('location', location);
  }
  res.end(body);
}

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
