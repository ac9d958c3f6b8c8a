import type { Strategy } from 'passport';
import { Passport } from 'passport';

/** What a request to a route with `passport.authenticate` led to. Exactly one of the kinds, once. */
export type Outcome =
  | { kind: 'success'; user: unknown; info: unknown }
  | { kind: 'fail'; info: { message: string } | undefined; status: number | undefined }
  | { kind: 'error'; error: Error & { code?: string; status?: number } }
  | { kind: 'redirect'; location: URL };

/** The least of a request that a strategy may be given. */
export interface FakeRequest {
  method?: string;
  url?: string;
  query?: unknown;
  body?: unknown;
  headers?: Record<string, string>;
  session?: Record<string, unknown> | undefined;
  [more: string]: unknown;
}

/** `GET path`, as a bare node:http server would hand it on: no parsed query. */
export function get(path: string, more: FakeRequest = {}): FakeRequest {
  return { method: 'GET', url: path, headers: { host: 'app.example.com' }, ...more };
}

/** Hiworks' callback, for the URL that the browser was sent to. */
export function callback(url: string, more: FakeRequest = {}): FakeRequest {
  const { pathname, search } = new URL(url);
  return get(pathname + search, more);
}

/**
 * Runs `passport.authenticate(strategy, options)` on a request, by name or by instance, and resolves with the outcome;
 * `outcomes` counts how many there were, for tests that care about a second one.
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
    const decide = (error: unknown, user: unknown, info: unknown, status: unknown) => {
      if (error) {
        end({ kind: 'error', error: error as Error });
      } else if (user) {
        end({ kind: 'success', user, info });
      } else {
        end({ kind: 'fail', info: info as { message: string }, status: status as number | undefined });
      }
    };
    const handle = passport.authenticate(
      (by === 'name' ? 'hiworks' : strategy) as string,
      options,
      decide as () => void,
    );
    handle(request, response, (error: unknown) => end({ kind: 'error', error: error as Error }));
  });
}
