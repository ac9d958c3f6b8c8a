// One login in its own process, which has to end by itself:
// node one-login.js <server URL> [options as JSON]. Prints the outcome's kind, and the error's message and code, as JSON.
import { authenticate, get } from './login.js';
import { CALLBACK, strategyFor } from './strategy.js';

const [url = '', options = '{}'] = process.argv.slice(2);

// Longer than any test waits: a timer left running is noticed.
const strategy = strategyFor(url, { timeout: 600_000, ...JSON.parse(options) });
authenticate(strategy, get(CALLBACK)).then((outcome) => {
  const { message, code } = outcome.kind === 'error' ? outcome.error : {};
  process.stdout.write(JSON.stringify({ kind: outcome.kind, message, code }));
});
