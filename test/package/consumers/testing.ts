// A project that uses the fake Hiworks and nothing else.

import { createHiworksServer } from 'passport-hiworks/testing';

export async function cancelled(): Promise<string | undefined> {
  const hiworks = await createHiworksServer({
    signInAs: '1234567',
    callbackURL: 'http://localhost:3000/callback',
  });
  hiworks.fail('authorization', { query: { error: 'access_denied' } });
  hiworks.fail('profile', 'hang');
  await hiworks.close();
  return hiworks.requests[0]?.headers['user-agent'];
}
