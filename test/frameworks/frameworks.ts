import { named } from './workspace.js';

/** An example that the scenarios are run in. */
export interface Framework {
  title: string;
  /** The workspace that holds its copy. */
  workspace: string;
  /** What `npm start` runs in the end. */
  main: string;
  /** How it starts with the login from a Hiworks menu. */
  sso: string;
}

/** The examples, each with the releases that were installed in its title. */
export const frameworks: Framework[] = [
  {
    title: `Express 5 (${named('express', 'express', 'express-session', 'passport')})`,
    workspace: 'express',
    main: 'node server.mjs',
    sso: 'npm run start:sso',
  },
  {
    title: `Express 4 (${named('express-4', 'express', 'express-session', 'passport')})`,
    workspace: 'express-4',
    main: 'node server.mjs',
    sso: 'npm run start:sso',
  },
  {
    title: `Express without sessions (${named('express-stateless', 'express', 'cookie-session', 'jsonwebtoken', 'passport')})`,
    workspace: 'express-stateless',
    main: 'node server.mjs',
    sso: 'node ../notes/sso/express-stateless.mjs',
  },
  {
    title: `Koa (${named('koa', 'koa', 'koa-passport', 'koa-session', '@koa/router')})`,
    workspace: 'koa',
    main: 'node server.mjs',
    sso: 'node ../notes/sso/koa.mjs',
  },
  {
    title: `Fastify (${named('fastify', 'fastify', '@fastify/passport', '@fastify/secure-session')})`,
    workspace: 'fastify',
    main: 'node server.mjs',
    sso: 'node ../notes/sso/fastify.mjs',
  },
  {
    title: `NestJS, ES modules (${named('nestjs', '@nestjs/core', '@nestjs/passport', 'passport')})`,
    workspace: 'nestjs',
    main: 'node dist/main.js',
    sso: 'npm run start:sso',
  },
  {
    title: `NestJS, CommonJS (${named('nestjs-commonjs', '@nestjs/core', '@nestjs/passport', 'passport')})`,
    workspace: 'nestjs-commonjs',
    main: 'node dist/main.js',
    sso: 'node dist/main-sso.js',
  },
  {
    title: `NestJS 11, CommonJS (${named('nestjs-11', '@nestjs/core', '@nestjs/passport', 'passport')})`,
    workspace: 'nestjs-11',
    main: 'node dist/main.js',
    sso: 'node dist/main-sso.js',
  },
  {
    title: `Hono (${named('hono', 'hono', '@hono/node-server')})`,
    workspace: 'hono',
    main: 'node server.mjs',
    sso: 'node ../notes/sso/hono.mjs',
  },
  {
    title: `node:http (Node ${process.versions.node}, ${named('http', 'express-session', 'passport')})`,
    workspace: 'http',
    main: 'node server.mjs',
    sso: 'node ../notes/sso/http.mjs',
  },
];
