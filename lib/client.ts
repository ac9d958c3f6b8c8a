import type { Agent, OutgoingHttpHeaders } from 'node:http';
import { stringify } from 'node:querystring';
import { type Me, readMe, readTokenAnswer, type TokenAnswer } from './envelope.js';
import { HiworksTransportError } from './errors.js';
import { type Answer, createAgent, type Endpoint, exchange, prepare } from './http.js';
import type { HiworksAccessType, Settings } from './options.js';

/** Hiworks' endpoints, as this client's credentials use them. Every request to Hiworks goes out here. */
export class HiworksClient {
  private readonly _settings: Settings;
  private readonly _agents = new Map<string, Agent>();
  private readonly _token: Endpoint;
  private readonly _tokenHeaders: OutgoingHttpHeaders;
  private readonly _credentials: string;
  private readonly _me: Endpoint;
  private readonly _refreshes = new Map<string, Promise<TokenAnswer>>();

  constructor(settings: Settings) {
    this._settings = settings;
    this._token = this._endpoint('POST', settings.tokenURL);
    this._tokenHeaders = this._headers({ 'content-type': 'application/x-www-form-urlencoded' });
    this._credentials = stringify({ client_id: settings.clientID, client_secret: settings.clientSecret });
    this._me = this._endpoint('GET', settings.userProfileURL);
  }

  /** Exchanges an authorization code. */
  async exchangeCode(code: string, accessType: HiworksAccessType): Promise<TokenAnswer> {
    demandText('authorization code', code);
    return readTokenAnswer(
      await this.askWithCode(code, accessType),
      [this._settings.clientSecret, code],
      'sign in again: a code is good once, and only ' +
        'with the client id, secret and accessType of its own login',
    );
  }

  /**
   * Exchanges a refresh token (documented, never seen run). Overlapping calls with one token share one request, since
   * Hiworks may take a token once only.
   */
  async refresh(refreshToken: string): Promise<TokenAnswer> {
    demandText('refresh token', refreshToken);
    let refresh = this._refreshes.get(refreshToken);
    if (!refresh) {
      refresh = this._refresh(refreshToken).finally(() => this._refreshes.delete(refreshToken));
      this._refreshes.set(refreshToken, refresh);
    }
    return refresh;
  }

  private async _refresh(refreshToken: string): Promise<TokenAnswer> {
    const answer = readTokenAnswer(
      await this.askWithRefreshToken(refreshToken),
      [this._settings.clientSecret, refreshToken],
      'the token may be too old, or replaced by a newer one: the person has to sign in again',
    );
    // Whether Hiworks hands out a new refresh token each time is not documented.
    return { ...answer, refreshToken: answer.refreshToken ?? refreshToken };
  }

  /**
   * Reads `user/v2/me`. `secrets` are what the login knows by now: they are blotted out of Hiworks' words.
   */
  async me(accessToken: string, secrets: readonly string[]): Promise<Me> {
    return readMe(await this.askForMe(accessToken, { 'content-type': 'application/json' }), secrets);
  }

  /**
   * The answer to an authorization code as it comes, asked with exactly the five documented fields in a urlencoded body
   * (seen in eight clients; JSON is known not to work).
   */
  askWithCode(code: string, accessType: HiworksAccessType): Promise<Answer> {
    return this._askForTokens({ grant_type: 'authorization_code', auth_code: code, access_type: accessType });
  }

  /** The answer to a refresh token as it comes, asked with the documented fields. */
  askWithRefreshToken(refreshToken: string): Promise<Answer> {
    return this._askForTokens({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      access_type: 'offline',
    });
  }

  /**
   * The answer of `user/v2/me` as it comes (seen in eight clients, not documented), the token in a header only. All
   * eight send `headers` with a JSON Content-Type; whether it is needed is not known.
   */
  askForMe(accessToken: string, headers: OutgoingHttpHeaders): Promise<Answer> {
    return exchange(this._me, this._headers({ authorization: `Bearer ${accessToken}`, ...headers }));
  }

  /** Any other request, for code that reaches for `strategy._oauth2`. Rejects for any status but 2xx. */
  async request(method: string, url: URL, headers: OutgoingHttpHeaders, body?: string): Promise<Answer> {
    const answer = await exchange(this._endpoint(method, url), this._headers(headers), body);
    if (answer.status < 200 || answer.status > 299) {
      const what = `the answer is no success (HTTP ${answer.status})`;
      throw new HiworksTransportError(`${answer.asked}: ${what}`, 'unexpected_status');
    }
    return answer;
  }

  /** Ends the connections of its own agents; an agent of the application's is left alone. */
  close(): void {
    for (const agent of this._agents.values()) {
      agent.destroy();
    }
  }

  private _askForTokens(fields: Record<string, string>): Promise<Answer> {
    return exchange(this._token, this._tokenHeaders, `${this._credentials}&${stringify(fields)}`);
  }

  private _headers(own: OutgoingHttpHeaders): OutgoingHttpHeaders {
    return {
      accept: 'application/json',
      'user-agent': 'passport-hiworks',
      ...this._settings.customHeaders,
      ...own,
    };
  }

  private _endpoint(method: string, url: URL): Endpoint {
    return prepare(method, url, this._settings.agent ?? this._agentFor(url), this._settings.timeout);
  }

  private _agentFor(url: URL): Agent {
    const agent = this._agents.get(url.origin) ?? createAgent(url);
    this._agents.set(url.origin, agent);
    return agent;
  }
}

function demandText(name: string, value: unknown): void {
  if (typeof value !== 'string' || !/^[^\p{C}]+$/u.test(value)) {
    throw new TypeError(`HiworksStrategy: the ${name} must be a non-empty string`);
  }
}
