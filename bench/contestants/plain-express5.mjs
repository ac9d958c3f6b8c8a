import { PlainStrategy } from './plain.mjs';
import { throughPassport } from './through-passport.mjs';

/** Express 5 parses the query anew at every read of `req.query`, and has no setter for it. */
class PlainStrategyForExpress5 extends PlainStrategy {
  authenticate(req, options) {
    const { query } = req;
    Object.defineProperty(req, 'query', { value: query });
    super.authenticate(req, options);
  }
}

export function createStrategy(url, options) {
  return new PlainStrategyForExpress5(url, options);
}

export function createLogin(url) {
  return throughPassport(createStrategy(url));
}
