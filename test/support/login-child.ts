// The child process of login-process.ts. Argument: the options of its strategy, as JSON.

import { HiworksStrategy } from 'passport-hiworks';
import { authenticate, get } from './login.js';
import type { Ended, Logins } from './login-process.js';

const strategy = new HiworksStrategy(
  JSON.parse(process.argv[2] as string),
  (_accessToken, _refreshToken, profile, done) => done(null, profile),
);

async function logIn(code: string): Promise<Ended> {
  const outcome = await authenticate(strategy, get(`/callback?auth_code=${code}`));
  return outcome.kind === 'error' ? (outcome.error.code ?? outcome.error.message) : outcome.kind;
}

process.on('message', async ({ id, codes }: Logins) => {
  process.send?.({ id, ended: await Promise.all(codes.map(logIn)) });
});
process.on('disconnect', () => process.exit());
