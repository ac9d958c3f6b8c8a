const PASSPORTS_OPTIONS = { session: false };

/**
 * A login as Passport runs it for the callback's request: `authenticate` on an object of the request's own with
 * Passport's five actions. Passport's own work, the same for every strategy, is left out; `express.mjs` measures it all.
 */
export function throughStrategy(strategy) {
  return (code) =>
    new Promise((resolve, reject) => {
      const own = Object.create(strategy);
      own.success = (user) => resolve(user.id);
      own.fail = (info) => reject(new Error(`failed: ${info?.message}`));
      own.redirect = (url) => reject(new Error(`redirected to ${url}`));
      own.pass = () => reject(new Error('passed'));
      own.error = reject;
      own.authenticate(callbackRequest(code), PASSPORTS_OPTIONS);
    });
}

function callbackRequest(code) {
  return {
    method: 'GET',
    url: `/callback?auth_code=${code}`,
    headers: { host: 'localhost:3000' },
    query: { auth_code: code },
  };
}
