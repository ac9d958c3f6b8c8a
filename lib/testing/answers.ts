import { PAGE_HEADERS } from './pages.js';

/** A whole HTTP answer. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

/** An answer in JSON. */
export function json(status: number, value: unknown): Answer {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

/** An answer that is a page. */
export function html(status: number, page: string): Answer {
  return { status, headers: PAGE_HEADERS, body: page };
}

/** An answer that sends the browser elsewhere. */
export function redirectTo(location: string): Answer {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}
