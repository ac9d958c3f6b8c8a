// One login in a process of its own, for scenarios that may end the process:
// node one-login.js here|plain <server URL> resolves|rejects. Prints the outcome's kind and error as JSON.
import { HiworksStrategy } from 'passport-hiworks';
import { authenticate, get } from './login.js';
import { PlainStrategy } from './plain.js';
import { CALLBACK, optionsFor } from './raw-answers.js';

const [kind, url = '', verifying] = process.argv.slice(2);

async function verify(
  _accessToken: string,
  _refreshToken: string | undefined,
  profile: object,
  done: (error: null, user: object) => void,
): Promise<void> {
  if (verifying === 'rejects') {
    throw new Error('the database is down');
  }
  done(null, profile);
}

const Strategy = kind === 'plain' ? PlainStrategy : HiworksStrategy;
// Nobody waits ten minutes: a timer that was left running is noticed.
const options = { ...optionsFor(url), timeout: 600_000, passReqToCallback: false as const };
authenticate(new Strategy(options, verify), get(CALLBACK)).then((outcome) => {
  const message = outcome.kind === 'error' ? outcome.error.message : undefined;
  process.stdout.write(JSON.stringify({ kind: outcome.kind, message }));
});
