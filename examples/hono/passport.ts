import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { HiworksAuthenticateOptions, HiworksStrategy } from 'passport-hiworks';
import type { LoginState, Person } from '../person.js';

/** What became of a request: somebody signed in, or has to be sent to Hiworks first. */
export type Outcome = { person: Person; state: LoginState | undefined } | { location: string };

/**
 * Runs the strategy on a request, as Passport would. `session` is what the application keeps for the browser. Rejects
 * with an `HTTPException` where the login fails, and with the strategy's error where there is one.
 */
export function authenticate(
  strategy: HiworksStrategy,
  context: Context,
  session: object,
  options: HiworksAuthenticateOptions = {},
): Promise<Outcome> {
  const { pathname, search } = new URL(context.req.url);
  const request = {
    method: context.req.method,
    url: pathname + search,
    headers: context.req.header(),
    session,
  };
  return new Promise((resolve, reject) => {
    const login: HiworksStrategy = Object.assign(Object.create(strategy), {
      success: (person: Person, info: { state?: LoginState }) => resolve({ person, state: info.state }),
      redirect: (location: string) => resolve({ location }),
      fail: ({ message }: { message: string }, status: ContentfulStatusCode = 401) =>
        reject(new HTTPException(status, { message })),
      error: reject,
    });
    login.authenticate(request, options);
  });
}
