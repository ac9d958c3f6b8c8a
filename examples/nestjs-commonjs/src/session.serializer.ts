import { Injectable } from '@nestjs/common';
import { PassportSerializer } from '@nestjs/passport';
import type { User } from './user.js';

@Injectable()
export class SessionSerializer extends PassportSerializer {
  serializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }

  deserializeUser(user: User, done: (error: unknown, user: User) => void): void {
    done(null, user);
  }
}
