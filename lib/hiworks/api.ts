import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { stringify } from 'node:querystring';

import { createEndpoint, type Endpoint, HttpClient, type HttpResponse } from '../http/client.js';
import { type HiworksAccessType, type HiworksSettings, TOKEN_URL, USER_PROFILE_URL } from '../options.js';
import { isPrintable } from '../util/printable.js';
import { headerValues, requestHeaders } from './headers.js';
import { type HiworksUserProfile, readUserProfile } from './profile.js';
import type { ResponseInfo } from './response.js';
import { readIdentity, readTokenResponse, type TokenResponse } from './token-response.js';

/** The token endpoint and `user/v2/me`, with one client's credentials. */
export class HiworksAPI {
  private readonly tokenEndpoint: Endpoint;
  private readonly profileEndpoint: Endpoint;
  private readonly http: HttpClient;
  private readonly tokenHeaders: OutgoingHttpHeaders;
  /** The request bodies up to the code or refresh token. */
  private readonly forms: Readonly<Record<'authorization_code' | 'refresh_token', string>>;
  private readonly secrets: readonly string[];
  private readonly refreshes = new Map<string, Promise<TokenResponse>>();

  /** `agent` returns the agent to use now, `undefined` for Node's global one. */
  constructor(
    private readonly settings: HiworksSettings,
    private readonly agent: () => Agent | undefined,
  ) {
    const { clientID, clientSecret, tokenURL, userProfileURL, customHeaders, timeout } = settings;
    this.tokenEndpoint = createEndpoint('POST', tokenURL, tokenURL.href === TOKEN_URL);
    this.profileEndpoint = createEndpoint('GET', userProfileURL, userProfileURL.href === USER_PROFILE_URL);
    this.http = new HttpClient(timeout);
    // Node would put `host` together for every request.
    const headers = { host: tokenURL.host, ...customHeaders };
    this.tokenHeaders = requestHeaders(headers, { 'content-type': 'application/x-www-form-urlencoded' });
    const credentials = stringify({ client_id: clientID, client_secret: clientSecret });
    this.forms = {
      authorization_code: `${credentials}&grant_type=authorization_code&auth_code=`,
      refresh_token: `${credentials}&grant_type=refresh_token&refresh_token=`,
    };
    this.secrets = [clientSecret, ...headerValues(customHeaders)];
  }

  /** Exchanges an authorization code for tokens. */
  exchangeCode(code: string, accessType: HiworksAccessType, agent?: Agent): Promise<TokenResponse> {
    const hint = 'a code can be used only once, with the client and accessType it was issued for';
    return this.tokenRequest('authorization_code', code, accessType, agent).then((response) => {
      const tokens = readTokenResponse(response, hint);
      // Read again from what `_oauth2` gives; here, an error can name the status.
      readIdentity(response, tokens.params);
      return tokens;
    });
  }

  /**
   * Exchanges a refresh token (documented, never seen run). Overlapping calls with one token share one request, since
   * Hiworks may accept it only once.
   */
  async refresh(refreshToken: string, agent?: Agent): Promise<TokenResponse & { refreshToken: string }> {
    let response = this.refreshes.get(refreshToken);
    if (!response) {
      const hint = 'the token may have expired or been replaced; the user has to sign in again';
      response = this.tokenRequest('refresh_token', refreshToken, 'offline', agent)
        .then((response) => readTokenResponse(response, hint))
        .finally(() => this.refreshes.delete(refreshToken));
      this.refreshes.set(refreshToken, response);
    }
    const tokens = await response;
    // Whether Hiworks issues a new refresh token each time is not documented.
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }

  /** Reads `user/v2/me`. No message reveals the access token or any of `secrets`. */
  userProfile(accessToken: string, secrets: readonly string[] = []): Promise<HiworksUserProfile> {
    return this.profileRequest(accessToken, { 'content-type': 'application/json' }, secrets).then(readUserProfile);
  }

  /**
   * The raw response of `user/v2/me` (seen in eight clients, not documented), with the token in a header only. All eight send
   * a JSON Content-Type; whether it is needed is not known.
   */
  profileRequest(accessToken: string, headers: OutgoingHttpHeaders, secrets: readonly string[] = []) {
    if (!isPrintable(accessToken)) {
      return notSent('access token');
    }
    const required = { authorization: `Bearer ${accessToken}`, ...headers };
    return this.http.send({
      endpoint: this.profileEndpoint,
      agent: this.agent(),
      headers: requestHeaders(this.settings.customHeaders, required),
      secrets: [...this.secrets, accessToken, ...secrets],
    });
  }

  /** What the readers need to know of a token response that came through `_oauth2`, or from a stub in its place. */
  tokenResponseInfo(credential: string, accessToken: string, refreshToken: string): ResponseInfo {
    return { endpoint: this.tokenEndpoint, secrets: this.secrets.concat(credential, accessToken, refreshToken) };
  }

  /**
   * The raw response to a code or a refresh token: exactly the documented fields, in a urlencoded body (seen in eight clients;
   * JSON is known not to work).
   */
  tokenRequest(
    grantType: keyof typeof this.forms,
    credential: string,
    accessType: HiworksAccessType,
    agent: Agent | undefined = this.agent(),
  ): Promise<HttpResponse> {
    if (!isPrintable(credential)) {
      return notSent(grantType.replace('_', ' '));
    }
    return this.http.send({
      endpoint: this.tokenEndpoint,
      agent,
      headers: this.tokenHeaders,
      body: `${this.forms[grantType]}${encodeURIComponent(credential)}&access_type=${accessType}`,
      secrets: this.secrets.concat(credential),
    });
  }
}

function notSent(name: string): Promise<never> {
  return Promise.reject(new TypeError(`HiworksStrategy: the ${name} must be a non-empty string`));
}
