import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { stringify } from 'node:querystring';
import type { URL } from 'node:url';
import { HiworksTransportError } from '../errors.js';
import { ConnectionPool } from '../http/agent.js';
import { createEndpoint, type Endpoint, HttpClient, type HttpResponse } from '../http/client.js';
import type { HiworksAccessType, Settings } from '../options.js';
import { type HiworksUserProfile, readUserProfile } from './profile.js';
import { readTokenResponse, type TokenResponse } from './token-response.js';

/** Hiworks' endpoints, as one client's credentials use them. Every request of a strategy goes out here. */
export class HiworksAPI {
  private readonly http: HttpClient;
  private readonly pool = new ConnectionPool();
  private readonly tokenEndpoint: Endpoint;
  private readonly profileEndpoint: Endpoint;
  private readonly tokenHeaders: OutgoingHttpHeaders;
  private readonly credentials: string;
  private readonly refreshes = new Map<string, Promise<TokenResponse>>();

  /** `agent` says which agent the application wants now, if any. */
  constructor(
    private readonly settings: Settings,
    private readonly agent: () => Agent | undefined,
  ) {
    this.http = new HttpClient(settings.timeout);
    this.tokenEndpoint = createEndpoint('POST', settings.tokenURL);
    this.profileEndpoint = createEndpoint('GET', settings.userProfileURL);
    this.tokenHeaders = this.headers({ 'content-type': 'application/x-www-form-urlencoded' });
    this.credentials = stringify({ client_id: settings.clientID, client_secret: settings.clientSecret });
  }

  /** What is requested of whom when a code is exchanged, for messages. */
  get tokenRequestName(): string {
    return this.tokenEndpoint.name;
  }

  /** Exchanges an authorization code for tokens. */
  exchangeCode(code: string, accessType: HiworksAccessType, agent?: Agent): Promise<TokenResponse> {
    return this.codeRequest(code, accessType, agent).then((response) =>
      readTokenResponse(
        response,
        [this.settings.clientSecret, code],
        'sign in again: a code is good once, and only with the client id, secret and accessType of its own login',
      ),
    );
  }

  /**
   * Exchanges a refresh token (documented, never seen run). Overlapping calls with one token share one request, since
   * Hiworks may take a token once only.
   */
  async refresh(refreshToken: string, agent?: Agent): Promise<TokenResponse & { refreshToken: string }> {
    let response = this.refreshes.get(refreshToken);
    if (!response) {
      response = this.requestRefresh(refreshToken, agent).finally(() => this.refreshes.delete(refreshToken));
      this.refreshes.set(refreshToken, response);
    }
    const tokens = await response;
    // Whether Hiworks hands out a new refresh token each time is not documented.
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }

  private async requestRefresh(refreshToken: string, agent: Agent | undefined): Promise<TokenResponse> {
    return readTokenResponse(
      await this.refreshRequest(refreshToken, agent),
      [this.settings.clientSecret, refreshToken],
      'the token may be too old, or replaced by a newer one: the person has to sign in again',
    );
  }

  /** Reads `user/v2/me`. `secrets` are what the login knows by now: they are hidden in Hiworks' words. */
  async userProfile(accessToken: string, secrets: readonly string[]): Promise<HiworksUserProfile> {
    const response = await this.profileRequest(accessToken, { 'content-type': 'application/json' });
    return readUserProfile(response, [this.settings.clientSecret, accessToken, ...secrets]);
  }

  /** The response to an authorization code as it comes. */
  codeRequest(code: string, accessType: HiworksAccessType, agent?: Agent): Promise<HttpResponse> {
    return this.tokenRequest('authorization_code', 'auth_code', code, accessType, agent);
  }

  /** The response to a refresh token as it comes. */
  refreshRequest(refreshToken: string, agent?: Agent): Promise<HttpResponse> {
    return this.tokenRequest('refresh_token', 'refresh_token', refreshToken, 'offline', agent);
  }

  /**
   * The response of `user/v2/me` as it comes (seen in eight clients, not documented), the token in a header only. All
   * eight send `headers` with a JSON Content-Type; whether it is needed is not known.
   */
  profileRequest(accessToken: string, headers: OutgoingHttpHeaders): Promise<HttpResponse> {
    const fault = faultOf('access_token', accessToken);
    if (fault) {
      return Promise.reject(fault);
    }
    const all = this.headers({ authorization: `Bearer ${accessToken}`, ...headers });
    return this.http.send(this.profileEndpoint, this.agentFor(this.profileEndpoint), all);
  }

  /** Any other request, for code that reaches for `strategy._oauth2`. Rejects for any status but 2xx. */
  async request(
    method: string,
    url: URL,
    headers: OutgoingHttpHeaders,
    body?: string,
  ): Promise<HttpResponse> {
    const endpoint = createEndpoint(method, url);
    const response = await this.http.send(endpoint, this.agentFor(endpoint), this.headers(headers), body);
    const { status } = response;
    if (status < 200 || status > 299) {
      const message = `${endpoint.name}: the response is not a success (HTTP ${status})`;
      throw new HiworksTransportError(message, 'unexpected_status', { statusCode: status });
    }
    return response;
  }

  // Exactly the documented fields in a urlencoded body (seen in eight clients; JSON is known not to work).
  private tokenRequest(
    grantType: string,
    field: string,
    credential: string,
    accessType: HiworksAccessType,
    agent: Agent | undefined,
  ): Promise<HttpResponse> {
    const fault = faultOf(grantType, credential);
    if (fault) {
      return Promise.reject(fault);
    }
    const endpoint = this.tokenEndpoint;
    const fields = `grant_type=${grantType}&${field}=${encodeURIComponent(credential)}&access_type=${accessType}`;
    const body = `${this.credentials}&${fields}`;
    return this.http.send(endpoint, this.agentFor(endpoint, agent), this.tokenHeaders, body);
  }

  /** Ends its own connections; an agent of the application's is left alone. */
  close(): void {
    this.pool.close();
  }

  private agentFor({ protocol }: Endpoint, agent: Agent | undefined = this.agent()): Agent {
    return agent || this.pool.agentFor(protocol);
  }

  private headers(own: OutgoingHttpHeaders): OutgoingHttpHeaders {
    return {
      accept: 'application/json',
      'user-agent': 'passport-hiworks',
      ...this.settings.customHeaders,
      ...own,
    };
  }
}

function faultOf(name: string, value: unknown): TypeError | undefined {
  return typeof value === 'string' && /^[^\p{C}]+$/u.test(value)
    ? undefined
    : new TypeError(`HiworksStrategy: the ${name.replace('_', ' ')} must be a non-empty string`);
}
