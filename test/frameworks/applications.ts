import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { installed, named } from './versions.js';

const requireInstalled = createRequire(`${installed}/`);

/** An example that is running. */
export interface Application {
  url: string;
  close(): Promise<unknown>;
}

/** A framework in which the scenarios are run. */
export interface Framework {
  title: string;
  /** Whether the application keeps a session: without one there is nothing to hold a callback against. */
  sessions: boolean;
  start(options: HiworksStrategyOptions): Promise<Application>;
}

async function serve(server: Server): Promise<Application> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return running(server, () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    return closed;
  });
}

function running(server: Server, close: () => Promise<unknown>): Application {
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The frameworks, each with the releases that were installed in its title. */
export const frameworks: Framework[] = [
  {
    title: `Express 5 (${named('express', 'express-session', 'passport')})`,
    sessions: true,
    async start(options) {
      const { addHiworks } = await import('../../examples/build/express/app.js');
      return serve(createServer(addHiworks(requireInstalled('express')(), options)));
    },
  },
  {
    title: `Express 4 (${named('express4', 'express-session', 'passport')})`,
    sessions: true,
    async start(options) {
      const { addHiworks } = await import('../../examples/build/express/app.js');
      return serve(createServer(addHiworks(requireInstalled('express4')(), options)));
    },
  },
  {
    title: `Express without sessions (${named('express', 'passport')})`,
    sessions: false,
    async start(options) {
      const { createApp } = await import('../../examples/build/express-stateless/app.js');
      return serve(createServer(createApp(options)));
    },
  },
  {
    title: `Koa (${named('koa', 'koa-passport', 'koa-session', '@koa/router')})`,
    sessions: true,
    async start(options) {
      const { createApp } = await import('../../examples/build/koa/app.js');
      return serve(createServer(createApp(options).callback()));
    },
  },
  {
    title: `Fastify with cookie sessions (${named('fastify', '@fastify/passport', '@fastify/secure-session')})`,
    sessions: true,
    async start(options) {
      const { createApp } = await import('../../examples/build/fastify/app.js');
      const app = await createApp(options);
      await app.listen({ port: 0, host: '127.0.0.1' });
      return running(app.server, () => app.close());
    },
  },
  {
    title: `Fastify with stored sessions (${named('fastify', '@fastify/passport', '@fastify/session', '@fastify/cookie')})`,
    sessions: true,
    async start(options) {
      const { addHiworks } = await import('../../examples/build/fastify/app.js');
      const app = requireInstalled('fastify')();
      await app.register(requireInstalled('@fastify/cookie'));
      await app.register(requireInstalled('@fastify/session'), {
        secret: 'a secret with the minimum length of 32 characters',
        cookie: { sameSite: 'lax', secure: 'auto' },
      });
      await addHiworks(app, options);
      await app.listen({ port: 0, host: '127.0.0.1' });
      return running(app.server, () => app.close());
    },
  },
  {
    title: `NestJS, an ES module (${named('@nestjs/core', '@nestjs/passport', 'express-session', 'passport')})`,
    sessions: true,
    async start(options) {
      const { createApp } = await import('../../examples/build/nestjs/app.js');
      const app = await createApp(options);
      await app.listen(0, '127.0.0.1');
      return running(app.getHttpServer(), () => app.close());
    },
  },
  {
    title: `NestJS, CommonJS, with params (${named('@nestjs/core', '@nestjs/passport', 'express-session', 'passport')})`,
    sessions: true,
    async start(options) {
      const { createApp } = await import('../../examples/build/nestjs-commonjs/app.cjs');
      const app = await createApp(options);
      await app.listen(0, '127.0.0.1');
      return running(app.getHttpServer(), () => app.close());
    },
  },
  {
    title: `Hono (${named('hono', '@hono/node-server')})`,
    sessions: true,
    async start(options) {
      const { createApp } = await import('../../examples/build/hono/app.js');
      const { getRequestListener } = requireInstalled('@hono/node-server');
      return serve(createServer(getRequestListener(createApp(options).fetch) as RequestListener));
    },
  },
  {
    title: `node:http (Node ${process.versions.node}, ${named('express-session', 'passport')})`,
    sessions: true,
    async start(options) {
      const { createApp } = await import('../../examples/build/http/app.js');
      return serve(createApp(options));
    },
  },
];
