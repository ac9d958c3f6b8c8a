import { Passport } from 'passport';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { HiworksSSOStrategy } from 'passport-hiworks/sso';
import type { HiworksServer } from 'passport-hiworks/testing';

/** Who is signed in, as the session keeps it. */
export interface Person {
  userNo: string;
  /** Unknown after a login from the menu. */
  officeNo?: string;
  displayName: string | undefined;
  username: string | undefined;
}

/** What Hiworks gave for calls in the name of the person who is signed in. */
export interface Tokens {
  accessToken: string;
  refreshToken: string | undefined;
  renewals: number;
}

/** What the demo shows with the fake Hiworks only: the login from its menu. */
export interface FakeHiworks {
  /** Its home page is the Hiworks menu that leads to `ssoPath`. */
  server: HiworksServer;
  /** The path registered for the login from the menu. Nobody else knows it. */
  ssoPath: string;
  /** The `userNo` of everybody whom the menu may sign in: it creates no accounts. */
  employees: readonly string[];
}

/** The login "하이웍스로 로그인", as a strategy that gives the person, and the tokens beside it. */
export function hiworksLogin(options: HiworksStrategyOptions): HiworksStrategy {
  return new HiworksStrategy(
    { ...options, accessType: 'offline', fetchProfile: true },
    (accessToken, refreshToken, { userNo, officeNo, displayName, username }, done) => {
      const person: Person = { userNo, officeNo, displayName, username };
      done(null, person, { tokens: { accessToken, refreshToken, renewals: 0 } });
    },
  );
}

/** The login from the Hiworks menu, as a strategy that gives the person. */
export function menuLogin({ server, ssoPath, employees }: FakeHiworks): HiworksSSOStrategy {
  return new HiworksSSOStrategy(
    { ...server.ssoOptions, path: ssoPath },
    ({ userNo, displayName, username }, done) => {
      if (!employees.includes(userNo)) {
        return done(null, false, { code: 'unknown_employee', message: `user ${userNo} is not known` });
      }
      const person: Person = { userNo, displayName, username };
      return done(null, person);
    },
  );
}

/** A Passport that keeps the whole person in the session. An application with a users table keeps a key instead. */
export function createPassport(): InstanceType<typeof Passport> {
  const passport = new Passport();
  passport.serializeUser((person, done) => done(null, person));
  passport.deserializeUser((person: Person, done) => done(null, person));
  return passport;
}
