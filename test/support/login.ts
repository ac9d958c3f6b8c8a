import { expect } from 'chai';
import type { Strategy } from 'passport';
import { Passport } from 'passport';
import type { HiworksFailure } from 'passport-hiworks';
import type { HiworksServer } from 'passport-hiworks/testing';
import { expectNothingSecretIn } from './secrets.js';

/** The outcome of a request to a route with `passport.authenticate`. */
export type Outcome =
  | { kind: 'success'; user: unknown; info: unknown }
  | { kind: 'fail'; info: HiworksFailure | undefined; status: number | undefined }
  | { kind: 'error'; error: LoginError }
  | { kind: 'redirect'; location: URL };

export type LoginError = Error & { code?: string; status?: number; oauthError?: object };

export type Session = Record<string, unknown>;

/** A request as a framework may hand it to a strategy; every part may be missing. */
export interface FakeRequest {
  method?: string;
  url?: string;
  query?: unknown;
  body?: unknown;
  headers?: Record<string, string>;
  session?: Session | undefined;
  [more: string]: unknown;
}

/** `GET path`, as `node:http` gives it: without a parsed query. */
export function get(path: string, more: FakeRequest = {}): FakeRequest {
  return { method: 'GET', url: path, headers: { host: 'app.example.com' }, ...more };
}

/** The request for the callback URL that Hiworks redirected to. */
export function callback(url: string, more: FakeRequest = {}): FakeRequest {
  const { pathname, search } = new URL(url);
  return get(pathname + search, more);
}

/**
 * Runs `passport.authenticate(strategy, options)` on a request, by name or by instance, and resolves with the outcome. All
 * outcomes are added to `outcomes`, for tests that expect no second one.
 */
export function authenticate(
  strategy: Strategy,
  request: FakeRequest,
  options: object = {},
  by: 'name' | 'instance' = 'name',
  outcomes: Outcome[] = [],
): Promise<Outcome> {
  const passport = new Passport();
  passport.use('hiworks', strategy);
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      outcomes.push(outcome);
      resolve(outcome);
    };
    const response = {
      headers: {} as Record<string, string>,
      setHeader(name: string, value: string) {
        this.headers[name.toLowerCase()] = value;
      },
      end() {
        end({ kind: 'redirect', location: new URL(this.headers.location as string) });
      },
    };
    const report = (error: unknown, user: unknown, info: unknown, status: unknown) => {
      if (error) {
        end({ kind: 'error', error: error as LoginError });
      } else if (user) {
        end({ kind: 'success', user, info });
      } else {
        end({ kind: 'fail', info: info as HiworksFailure, status: status as number | undefined });
      }
    };
    const handle = passport.authenticate(
      (by === 'name' ? 'hiworks' : strategy) as string,
      options,
      report as () => void,
    );
    handle(request, response, (error: unknown) => end({ kind: 'error', error: error as LoginError }));
  });
}

/** Starts a login, and resolves with the URL of the redirect. */
export async function start(
  strategy: Strategy,
  session?: Session,
  options: object = {},
  more: FakeRequest = {},
): Promise<URL> {
  return locationOf(await authenticate(strategy, get('/auth/hiworks', { session, ...more }), options));
}

/** A whole login in one session, as the user with this number. */
export async function signIn(
  strategy: Strategy,
  hiworks: HiworksServer,
  {
    userNo = '1234567',
    session = {},
    options = {},
  }: { userNo?: string; session?: Session; options?: object } = {},
): Promise<Outcome> {
  const back = await hiworks.signIn((await start(strategy, session, options)).href, userNo);
  return authenticate(strategy, callback(back, { session }));
}

/** The user of a login, which must have succeeded. */
// biome-ignore lint/suspicious/noExplicitAny: the application's own type
export function userOf(outcome: Outcome): any {
  expect(outcome.kind, shown(outcome)).to.equal('success');
  return (outcome as { user: unknown }).user;
}

/** The `info` and status of a login, which must have failed. */
export function failureOf(outcome: Outcome): Partial<HiworksFailure> & { status: number | undefined } {
  expect(outcome.kind, shown(outcome)).to.equal('fail');
  const { info, status } = outcome as { info: HiworksFailure; status: number | undefined };
  return { ...info, status };
}

/** The error of a login, which must have ended with one. Fails if it shows a secret. */
export function errorOf(outcome: Outcome): LoginError {
  expect(outcome.kind, shown(outcome)).to.equal('error');
  const { error } = outcome as { error: LoginError };
  expect(error).to.be.instanceOf(Error);
  expectNothingSecretIn(error);
  return error;
}

/** The URL of a redirect, which must be the outcome. */
export function locationOf(outcome: Outcome): URL {
  expect(outcome.kind, shown(outcome)).to.equal('redirect');
  return (outcome as { location: URL }).location;
}

function shown(outcome: Outcome): string {
  return outcome.kind === 'error' ? String(outcome.error.stack) : JSON.stringify(outcome);
}
