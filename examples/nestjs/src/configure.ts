import type { INestApplication } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { NextFunction, Request, Response } from 'express';
import session from 'express-session';
import passport from 'passport';
import { headers } from './pages';

/** What the application needs in front of its routes, started by `main.ts` or by a test. */
export function configure(app: INestApplication): void {
  app.use((_req: Request, res: Response, next: NextFunction) => {
    res.set(headers);
    next();
  });
  // Sessions are in the memory of this process: give it a `store`.
  app.use(
    session({
      name: 'tool.sid',
      secret: app.get(ConfigService).getOrThrow<string>('SESSION_SECRET'),
      resave: false,
      saveUninitialized: false,
      cookie: { sameSite: 'lax', secure: 'auto', maxAge: 8 * 60 * 60 * 1000 },
    }),
  );
  app.use(passport.session());
}
