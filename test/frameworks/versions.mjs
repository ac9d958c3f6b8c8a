// Prints which release of each framework the suite runs, as JSON: { "name": "version" }. From the lockfile, so that
// nothing needs to be installed.
import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync(new URL('../../examples/package-lock.json', import.meta.url), 'utf8'));

const names = [
  'express',
  'express4',
  'express-session',
  'passport',
  'koa',
  'koa-passport',
  'koa-passport/node_modules/passport',
  'koa-session',
  '@koa/router',
  'fastify',
  '@fastify/passport',
  '@fastify/secure-session',
  '@fastify/session',
  '@fastify/cookie',
  '@nestjs/core',
  '@nestjs/passport',
  'hono',
  '@hono/node-server',
  'connect-redis',
  'redis',
];

const versions = names.map((name) => [name, lock.packages[`node_modules/${name}`].version]);
console.log(JSON.stringify(Object.fromEntries(versions), null, 2));
