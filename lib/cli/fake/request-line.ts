import { errorText } from '../../testing/pages.js';
import type { HiworksRequest } from '../../testing/requests.js';
import type { HiworksResponse } from '../../testing/responses.js';

/** The parameters whose values are nobody's secret. */
const SHOWN = ['access_type', 'client_id', 'error', 'grant_type', 'redirect_uri', 'response_type', 'user_no'];

/** A request and its response on one line, without secrets, codes and tokens. */
export function requestLine(request: HiworksRequest, response: HiworksResponse): string {
  const { method, path, query, form } = request;
  const sent = [
    ...Object.entries(query).map((parameter) => `?${shown(parameter)}`),
    ...Object.entries(form).map(shown),
    ...(request.headers.authorization === undefined ? [] : ['Authorization: ***']),
  ];
  return printable([method, masked(path), ...sent, '→', response.status, outcome(response)].join(' '));
}

function outcome({ headers, body, status }: HiworksResponse): string {
  const { location } = headers;
  if (location !== undefined) {
    const { origin, pathname, searchParams } = new URL(location);
    return [origin + masked(pathname), ...[...searchParams].map((parameter) => `?${shown(parameter)}`)].join(
      ' ',
    );
  }
  if (headers['content-type']?.startsWith('text/html')) {
    return status < 400 ? '' : masked(errorText(String(body)));
  }
  const { code = '', msg = '' } = JSON.parse(String(body));
  return masked(`${code} ${msg}`);
}

function shown([name, value]: [string, string]): string {
  return `${masked(name)}=${SHOWN.includes(name) ? masked(value) : '***'}`;
}

// Tokens can stand in a path, and in what a developer has mixed up.
function masked(text: string): string {
  return text.replace(/[A-Za-z\d_%~-]{22,}|(?<=^\/v4\/tokens\/).+/g, '***');
}

function printable(line: string): string {
  return line.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
}
