import { messageText } from '../../testing/pages.js';
import type { HiworksRequest } from '../../testing/requests.js';
import type { HiworksResponse } from '../../testing/responses.js';

/** The parameters whose values are not secret. */
const SHOWN = ['access_type', 'client_id', 'error', 'grant_type', 'redirect_uri', 'response_type', 'user_no'];

/** A request and its response on one line, without secrets, codes and tokens. */
export function requestLine(request: HiworksRequest, response: HiworksResponse): string {
  const { method, path, query, form, headers } = request;
  const sent = [...queryText(Object.entries(query)), ...Object.entries(form).map(shown)];
  const authorization = headers.authorization === undefined ? [] : ['Authorization: ***'];
  const line = [method, masked(path), ...sent, ...authorization, '→', response.status, outcome(response)];
  return line
    .join(' ')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
}

function outcome({ headers, body, status }: HiworksResponse): string {
  if (headers.location !== undefined) {
    const { origin, pathname, searchParams } = new URL(headers.location);
    return [origin + masked(pathname), ...queryText([...searchParams])].join(' ');
  }
  if (headers['content-type']?.startsWith('text/html')) {
    return status < 400 ? '' : masked(messageText(String(body)));
  }
  const { code, msg, errors } = JSON.parse(String(body));
  return masked([code, msg, errors?.message].join(' '));
}

function queryText(parameters: [string, string][]): string[] {
  return parameters.map((parameter) => `?${shown(parameter)}`);
}

function shown([name, value]: [string, string]): string {
  return `${masked(name)}=${SHOWN.includes(name) ? masked(value) : '***'}`;
}

// Tokens may be in a path, and in the wrong place by mistake.
function masked(text: string): string {
  return text.replace(/[A-Za-z\d_%~-]{22,}|(?<=^\/v4\/tokens\/).+/g, '***');
}
