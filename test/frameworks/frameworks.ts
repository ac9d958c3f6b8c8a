import { named } from './workspace.js';

/** An application that the scenarios are run in. */
export interface Framework {
  title: string;
  /** The workspace that holds it. */
  workspace: string;
  /** How it starts, if not with `npm start`. */
  command?: string;
}

const bun = '../node_modules/bun/bin/bun';
const deno = '../node_modules/deno/deno run --allow-net --allow-env --allow-read --node-modules-dir=manual';

/** The examples, each with the releases that were installed in its title. */
export const examples: Framework[] = [
  {
    workspace: 'express',
    title: `Express 5 (${named('express', 'express', 'express-session', 'passport')})`,
  },
  { workspace: 'koa', title: `Koa (${named('koa', 'koa', 'koa-passport', 'koa-session', '@koa/router')})` },
  {
    workspace: 'fastify',
    title: `Fastify (${named('fastify', 'fastify', '@fastify/passport', '@fastify/secure-session')})`,
  },
  {
    workspace: 'nestjs',
    title: `NestJS, CommonJS (${named('nestjs', '@nestjs/core', '@nestjs/passport', 'passport')})`,
  },
  { workspace: 'hono', title: `Hono (${named('hono', 'hono', '@hono/node-server', 'iron-session')})` },
];

/** The examples with other releases, and what docs/modern-frameworks.md shows. */
export const variants: Framework[] = [
  {
    workspace: 'express-4',
    title: `Express 4 (${named('express-4', 'express', 'express-session', 'passport')})`,
  },
  {
    workspace: 'nestjs-11',
    title: `NestJS 11, CommonJS (${named('nestjs-11', '@nestjs/core', '@nestjs/passport', 'passport')})`,
  },
  {
    workspace: 'nestjs-esm',
    title: `NestJS, ES modules (${named('nestjs-esm', '@nestjs/core', '@nestjs/passport', 'passport')})`,
  },
  {
    workspace: 'web',
    title: `Bun.serve (${named('web', 'bun', 'iron-session')})`,
    command: `${bun} bun.mjs`,
  },
  {
    workspace: 'web',
    title: `Elysia (${named('web', 'elysia', 'bun', 'iron-session')})`,
    command: `${bun} elysia.mjs`,
  },
  {
    workspace: 'web',
    title: `Deno.serve (${named('web', 'deno', 'iron-session')})`,
    command: `${deno} deno.mjs`,
  },
];
