import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import session from 'express-session';
import passport from 'passport';
import { port, required } from './environment.js';

/** Starts an application with sessions. They are kept in the memory of this process: give it a `store` of yours. */
export async function bootstrap(module: Type): Promise<void> {
  const [secret] = required('SESSION_SECRET');
  const app = await NestFactory.create(module, { logger: ['error', 'warn'] });
  app.use(
    session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax', secure: 'auto' } }),
  );
  app.use(passport.session());
  await app.listen(port);
  console.log(`http://localhost:${port}`);
}
