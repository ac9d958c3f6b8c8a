import type { OutgoingHttpHeaders } from 'node:http';

/** The headers of a request: the application's `customHeaders` between our defaults and what the request requires. */
export function requestHeaders(customHeaders: OutgoingHttpHeaders, required: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return {
    accept: 'application/json',
    'user-agent': 'passport-hiworks',
    ...customHeaders,
    // Bodies are never decompressed.
    'accept-encoding': 'identity',
    ...required,
  };
}

/** The values of `customHeaders`: they may be credentials of a gateway. */
export function headerValues(customHeaders: OutgoingHttpHeaders): string[] {
  return Object.values(customHeaders).flatMap((value) => (Array.isArray(value) ? value : [String(value)]));
}
