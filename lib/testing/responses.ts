import { PAGE_HEADERS } from './pages.js';

/** A whole HTTP response. */
export interface HiworksResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

/** A response in JSON. */
export function jsonResponse(status: number, value: unknown): HiworksResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

/** A response that is a page. */
export function htmlResponse(status: number, page: string): HiworksResponse {
  return { status, headers: PAGE_HEADERS, body: page };
}

/** A response that sends the browser elsewhere. */
export function redirectResponse(location: string): HiworksResponse {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}
