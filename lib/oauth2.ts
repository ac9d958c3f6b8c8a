import type { OutgoingHttpHeaders } from 'node:http';
import type { HiworksClient } from './client.js';
import type { TokenAnswer } from './envelope.js';
import type { HiworksAccessType } from './options.js';

/** What is replaced of the `oauth` package's `OAuth2` object that passport-oauth2 makes as `strategy._oauth2`. */
interface NodeOAuth2 {
  getOAuthAccessToken(grant: string, params: GrantParams | undefined, callback: TokenCallback): void;
  _request(
    method: string,
    url: string,
    headers: OutgoingHttpHeaders | undefined,
    body: string | Buffer | undefined,
    accessToken: string | null | undefined,
    callback: DataCallback,
  ): void;
}

interface GrantParams {
  grant_type?: string;
  access_type?: HiworksAccessType;
}

type TokenCallback = (
  error: Error | null,
  accessToken?: string,
  refreshToken?: string,
  params?: object,
) => void;
type DataCallback = (error: Error | null, data?: string, response?: object) => void;

/**
 * Lets one strategy's `_oauth2` object speak Hiworks' protocol through the strategy's own client, with its agent,
 * timeout and errors: for passport-oauth2-refresh, which copies `getOAuthAccessToken` off it, and for whoever reaches for
 * it directly. Only this one object is changed.
 */
export function adaptOAuth2(oauth2: object, client: HiworksClient, accessType: HiworksAccessType): void {
  const adapted: NodeOAuth2 = {
    getOAuthAccessToken(grant, params, callback) {
      const asked =
        params?.grant_type === 'refresh_token'
          ? client.refresh(grant)
          : client.exchangeCode(grant, params?.access_type ?? accessType);
      const understood = (answer: TokenAnswer) =>
        process.nextTick(callback, null, answer.accessToken, answer.refreshToken, answer.params);
      asked.then(understood, (error) => process.nextTick(callback, error));
    },
    _request(method, url, headers, body, accessToken, callback) {
      // A token in the URL, where the `oauth` package puts it, would stand in every log on the way.
      const authorization = accessToken ? { authorization: `Bearer ${accessToken}` } : {};
      const asked = Promise.resolve().then(() =>
        client.request(
          method,
          new URL(url),
          { ...authorization, ...headers },
          body ? String(body) : undefined,
        ),
      );
      asked.then(
        ({ status, headers, body }) =>
          process.nextTick(callback, null, body.toString(), { statusCode: status, headers: headers() }),
        (error) => process.nextTick(callback, error),
      );
    },
  };
  Object.assign(oauth2, adapted);
}
