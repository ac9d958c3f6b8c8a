// The process warnings of a few logins: node warnings-child.js <options for a Hiworks that does not return state, and for
// one that does, as a JSON array>. Sends them to its parent.
import { HiworksStrategy, type HiworksStrategyOptions } from 'passport-hiworks';
import { authenticate, callback, start } from './login.js';

const callbackURL = 'https://app.example.com/cb';
const [silent, echoing] = JSON.parse(process.argv[2] ?? '') as HiworksStrategyOptions[];
const warnings: { after: string; code: string | undefined; message: string }[] = [];
let after = '';
process.on('warning', (warning: Error & { code?: string }) => {
  warnings.push({ after, code: warning.code, message: warning.message });
});

async function main(): Promise<void> {
  await logIn('silent', { ...silent });
  await logIn('echoing under state: true', { ...echoing, state: true });
  await logIn('echoing, but refused', { ...echoing }, 'wrong-code');
  await logIn('echoing', { ...echoing });
  await logIn('echoing again', { ...echoing });
  process.send?.(warnings, () => process.disconnect());
}

async function logIn(name: string, options: Partial<HiworksStrategyOptions>, code?: string): Promise<void> {
  after = name;
  const all = { ...options, callbackURL } as HiworksStrategyOptions;
  const strategy = new HiworksStrategy(all, (_a, _r, profile, done) => done(null, profile));
  const session = {};
  const response = await fetch(await start(strategy, session), { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '');
  if (code) {
    back.searchParams.set('auth_code', code);
  }
  await authenticate(strategy, callback(back.href, { session }));
  // Warnings are emitted a turn later.
  await new Promise((resolve) => setImmediate(resolve));
}

main();
