/**
 * Runs a Passport strategy on a Hono request, as Passport would. `session` is what the application keeps for the
 * browser. Resolves with one of `{ location }`, a redirect; `{ user, info }`, somebody signed in; and
 * `{ failure, status }`, nobody did and this is why. Rejects with the strategy's error.
 */
export function authenticate(strategy, context, session, options = {}) {
  const { host, pathname, protocol, search } = new URL(context.req.url);
  const request = {
    method: context.req.method,
    url: pathname + search,
    headers: { ...context.req.header(), host },
    socket: { encrypted: protocol === 'https:' },
    session,
  };
  return new Promise((resolve, reject) => {
    const login = Object.create(strategy);
    login.redirect = (location) => resolve({ location });
    login.success = (user, info) => resolve({ user, info });
    login.fail = (failure = {}, status = 401) => resolve({ failure, status });
    login.error = reject;
    login.authenticate(request, options);
  });
}
