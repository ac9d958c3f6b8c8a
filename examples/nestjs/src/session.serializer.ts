import { Injectable } from '@nestjs/common';
import { PassportSerializer } from '@nestjs/passport';

@Injectable()
export class SessionSerializer extends PassportSerializer {
  serializeUser(user: Express.User, done: (error: unknown, user: Express.User) => void): void {
    done(null, user);
  }

  deserializeUser(user: Express.User, done: (error: unknown, user: Express.User) => void): void {
    done(null, user);
  }
}
