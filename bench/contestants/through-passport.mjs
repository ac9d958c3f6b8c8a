import { Passport } from 'passport';

const HEADERS = { host: 'localhost:3000' };

// A class, as a framework's are: V8 may take object literals at many places in flight for long-lived, by luck.
class Request {
  method = 'GET';
  headers = HEADERS;
  query = Object.create(null);

  constructor(code) {
    this.url = `/callback?auth_code=${code}`;
    this.query.auth_code = code;
  }
}

class Response {
  constructor(reject) {
    this.reject = reject;
  }

  setHeader() {}

  end(text) {
    this.reject(new Error(`HTTP ${this.statusCode}: ${text}`));
  }
}

/** A login as an application runs it for the callback's request: through the middleware of `passport.authenticate`. */
export function throughPassport(strategy) {
  const authenticate = new Passport()
    .use('contestant', strategy)
    .authenticate('contestant', { session: false });
  return (code) =>
    new Promise((resolve, reject) => {
      const req = new Request(code);
      authenticate(req, new Response(reject), (error) => (error ? reject(error) : resolve(req.user.id)));
    });
}
