// The process behind login-process.ts. Argument: its Setup, as JSON.

import { Agent } from 'node:http';
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { authenticate, get, type Outcome } from './login.js';
import type { Ended, Logins, Setup } from './login-process.js';

const { options, connections }: Setup = JSON.parse(process.argv[2] as string);
const agent = connections ? new Agent({ maxSockets: connections }) : undefined;
const strategy = createStrategy({});

function createStrategy(changes: Partial<HiworksStrategyOptions>): HiworksStrategy {
  return new HiworksStrategy(
    { ...options, agent, ...changes },
    (_accessToken, _refreshToken, profile, done) => done(null, profile),
  );
}

async function logIn(strategy: HiworksStrategy, code: string): Promise<Ended> {
  return summary(await authenticate(strategy, get(`/callback?auth_code=${code}`)));
}

function summary(outcome: Outcome): Ended {
  return outcome.kind === 'error' ? (outcome.error.code ?? outcome.error.message) : outcome.kind;
}

process.on('message', async ({ id, codes, changes }: Logins) => {
  const asked = changes ? createStrategy(changes) : strategy;
  process.send?.({ id, ended: await Promise.all(codes.map((code) => logIn(asked, code))) });
});
process.on('disconnect', () => process.exit());
