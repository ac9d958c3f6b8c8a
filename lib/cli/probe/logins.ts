import { randomBytes } from 'node:crypto';
import { HiworksAPI } from '../../hiworks/api.js';
import type { HttpResponse } from '../../http/client.js';
import type { HiworksAccessType, HiworksSettings } from '../../options.js';
import type { ReceivedCallback } from './callback-server.js';
import { type Came, type Finding, memberOf, replyTo } from './findings.js';
import { type Findings, profileAdvice, stateAdvice } from './report.js';

/** The logins: one that the user is to cancel, and one for each `access_type`. */
export type LoginName = 'refusal' | HiworksAccessType;

/** Has the user sign in (or cancel) at `url`. Resolves with Hiworks' callback, or why there is none. */
export type SignIn = (login: LoginName, url: string) => Promise<ReceivedCallback | string>;

const INCOMPLETE = 'Not every login led to tokens: some things were not found out.';

/**
 * Signs in, refreshes and reads the profile. Any response, or none, is a finding; rejects only if `signIn` does.
 * `isComplete` if both logins led to tokens.
 */
export async function probeLogins(
  settings: HiworksSettings,
  signIn: SignIn,
  { skipRefusal = false } = {},
): Promise<Findings & { isComplete: boolean }> {
  const { clientID, clientSecret, callbackURL, authorizationURL, baseURL } = settings;
  const hiworks = new HiworksAPI(settings, () => settings.agent);
  const exchanges: Finding[] = [];
  let profile: Came | undefined;
  let isComplete = true;

  async function login(name: LoginName): Promise<string> {
    const state = random();
    const likeTheStrategy = { response_type: 'code', redirect_uri: String(callbackURL), state };
    const extras: Record<string, string>[] = [name === 'online' ? { state } : likeTheStrategy];
    // A second try, if no code comes back.
    for (const extra of name === 'refusal' ? extras : [...extras, {}]) {
      const access_type = name === 'offline' ? 'offline' : 'online';
      const parameters = { client_id: clientID, access_type, ...extra };
      const came = await signIn(name, `${authorizationURL}?${new URLSearchParams(parameters)}`);
      const sent = `${name} login with \`${Object.keys(parameters).join(', ')}\``;
      exchanges.push({ sent, state: extra.state, came });
      const [code = '', another] = typeof came === 'string' ? [] : came.query.getAll('auth_code');
      if (code && another === undefined) {
        return code;
      }
    }
    return '';
  }

  async function record(sent: string, response: Promise<HttpResponse>): Promise<Came> {
    const came = await replyTo(response);
    exchanges.push({ sent, came });
    return came;
  }

  if (!skipRefusal) {
    // First: Hiworks may not ask again a user who has agreed once.
    await login('refusal');
  }
  for (const accessType of ['online', 'offline'] as const) {
    const code = await login(accessType);
    const sent = `the code of the ${accessType} login`;
    const tokens = code && (await record(sent, hiworks.tokenRequest('authorization_code', code, accessType)));
    const accessToken = tokenIn(tokens, 'access_token');
    const refreshToken = tokenIn(tokens, 'refresh_token');
    if (accessToken && !profile) {
      const json = { 'content-type': 'application/json' };
      profile = await record('`user/v2/me`', hiworks.profileRequest(accessToken, json));
      await record('`user/v2/me` without a Content-Type', hiworks.profileRequest(accessToken, {}));
    }
    if (refreshToken) {
      await record('its refresh token', hiworks.tokenRequest('refresh_token', refreshToken, 'offline'));
      await record('the same refresh token again', hiworks.tokenRequest('refresh_token', refreshToken, 'offline'));
    }
    if (code) {
      // Last: a code sent twice may invalidate its tokens (RFC 6749, 4.1.2).
      await record(`${sent} again`, hiworks.tokenRequest('authorization_code', code, accessType));
    }
    isComplete &&= accessToken !== '';
  }
  await record('a made-up code', hiworks.tokenRequest('authorization_code', random(), 'online'));
  return {
    origin: baseURL.origin,
    exchanges,
    secrets: [clientID, clientSecret],
    advice: [stateAdvice(exchanges), profileAdvice(profile), ...(isComplete ? [] : [INCOMPLETE])],
    isComplete,
  };
}

function random(): string {
  return randomBytes(16).toString('hex');
}

function tokenIn(tokens: Came, name: string): string {
  const token = memberOf(tokens, 'code') === 'SUC' && memberOf(tokens, 'data', name);
  return typeof token === 'string' ? token : '';
}
