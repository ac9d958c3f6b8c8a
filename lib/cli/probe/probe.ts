import { randomBytes } from 'node:crypto';
import { HiworksAPI } from '../../hiworks/api.js';
import type { HttpResponse } from '../../http/client.js';
import type { HiworksSettings } from '../../options.js';
import { validateCredential } from '../../passport/credential.js';
import { type Findings, type LoginName, type Result, resultOf, type Step, tokenOf } from './findings.js';
import type { Callback } from './loopback.js';
import { TEXTS } from './texts.js';

/** The person and the browser, as the probe needs them. */
export interface Person {
  /** Lets the person sign in (or refuse) at `url`. Resolves with Hiworks' callback. */
  signIn(login: LoginName, url: string): Promise<Callback>;
  /** Tells what is being done. */
  say(what: string): void;
}

/**
 * Signs in, refreshes and reads the profile, and records what came back. Whatever Hiworks responds is a finding: rejects
 * with nothing but what `person` rejects with.
 */
export async function probe(
  settings: HiworksSettings,
  person: Person,
  skipRefusal: boolean,
): Promise<Findings> {
  const { clientID, clientSecret, callbackURL } = settings;
  const hiworks = new HiworksAPI(settings, () => settings.agent);
  const findings: Findings = {
    elsewhere: elsewhere(settings),
    secrets: [clientID, clientSecret],
    logins: [],
    results: {},
  };

  function madeUp(): string {
    const text = randomBytes(16).toString('hex');
    findings.secrets.push(text);
    return text;
  }

  // If no code comes back with the first parameters beside the documented ones, the next are tried.
  async function login(
    name: LoginName,
    ...tries: (() => Record<string, string>)[]
  ): Promise<string | undefined> {
    for (const extras of tries) {
      const extra = extras();
      const url = new URL(settings.authorizationURL);
      const access_type = name === 'offline' ? 'offline' : 'online';
      for (const [key, value] of Object.entries({ client_id: clientID, access_type, ...extra })) {
        url.searchParams.set(key, value);
      }
      const callback = await person.signIn(name, url.href);
      findings.logins.push({ name, extra, callback });
      const code = codeOf(callback);
      if (code) {
        return code;
      }
    }
    return undefined;
  }

  async function record(step: Step, response: Promise<HttpResponse>): Promise<Result> {
    person.say(`${TEXTS.requesting} ${TEXTS.step[step]}`);
    const result = await resultOf(response);
    findings.results[step] = result;
    return result;
  }

  async function readProfile(token: string | undefined): Promise<void> {
    if (token && !findings.results.profile) {
      await record('profile', hiworks.profileRequest(token, { 'content-type': 'application/json' }));
      await record('profileBare', hiworks.profileRequest(token, {}));
    }
  }

  const documented = () => ({});
  const withState = () => ({ state: madeUp() });
  const asTheStrategy = () => ({
    response_type: 'code',
    redirect_uri: callbackURL as string,
    state: madeUp(),
  });

  {
    if (!skipRefusal) {
      // First of all: who has agreed once may not be asked again.
      await login('refusal', asTheStrategy);
    }

    const online = await login('online', withState, documented);
    if (online) {
      const result = await record('online', hiworks.codeRequest(online, 'online'));
      await readProfile(tokenOf(result, 'access_token'));
      // After the profile: a code sent twice may cost its tokens (RFC 6749, 4.1.2).
      await record('codeAgain', hiworks.codeRequest(online, 'online'));
    }

    const offline = await login('offline', asTheStrategy, documented);
    if (offline) {
      const result = await record('offline', hiworks.codeRequest(offline, 'offline'));
      await readProfile(tokenOf(result, 'access_token'));
      const refreshToken = tokenOf(result, 'refresh_token');
      if (refreshToken) {
        await record('refresh', hiworks.refreshRequest(refreshToken));
        await record('refreshAgain', hiworks.refreshRequest(refreshToken));
      }
    }

    await record('wrongCode', hiworks.codeRequest(madeUp(), 'online'));
    return findings;
  }
}

function codeOf(callback: Callback): string | undefined {
  const codes = typeof callback === 'string' ? [] : callback.getAll('auth_code');
  const code = codes.length > 1 ? codes : codes[0];
  return validateCredential(code) === undefined ? (code as string) : undefined;
}

function elsewhere({ authorizationURL, tokenURL, userProfileURL }: HiworksSettings): string | undefined {
  const origins = new Set([authorizationURL, tokenURL, userProfileURL].map(({ origin }) => origin));
  return origins.size === 1 && origins.has('https://api.hiworks.com') ? undefined : [...origins].join(', ');
}
