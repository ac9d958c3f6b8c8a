import { fileURLToPath } from 'node:url';
import type { HiworksStrategyOptions } from 'passport-hiworks';
import { createHiworksServer } from 'passport-hiworks/testing';

/** Where an example listens, `http://localhost:3000` unless `PORT` says otherwise. */
export const port = Number(process.env.PORT ?? 3000);

/**
 * The options that lead to Hiworks, where `HIWORKS_CLIENT_ID` and `HIWORKS_CLIENT_SECRET` are set; otherwise to a fake
 * Hiworks, which is started here. Prints which of the two it is.
 */
export async function hiworksOptions(): Promise<HiworksStrategyOptions> {
  const { HIWORKS_CLIENT_ID: clientID, HIWORKS_CLIENT_SECRET: clientSecret } = process.env;
  const callbackURL = process.env.HIWORKS_CALLBACK_URL ?? `http://localhost:${port}/auth/hiworks/callback`;
  if (clientID && clientSecret) {
    console.log(`http://localhost:${port} signs in with Hiworks, which must know ${callbackURL}`);
    return { clientID, clientSecret, callbackURL };
  }
  const hiworks = await createHiworksServer({ callbackURL });
  console.log(`http://localhost:${port} signs in with a fake Hiworks at ${hiworks.url}`);
  return { ...hiworks.options, callbackURL };
}

/** Whether a module, given as its `import.meta.url`, is the program that was started. */
export function isMain(url: string): boolean {
  return process.argv[1] === fileURLToPath(url);
}
