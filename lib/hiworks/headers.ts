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

// A shorter value may be an office number or a user's id as well; redacting it would garble a profile.
const MIN_CREDENTIAL_LENGTH = 16;

/** The values of `customHeaders` that may be credentials of a gateway. */
export function headerValues(customHeaders: OutgoingHttpHeaders): string[] {
  const values = Object.values(customHeaders).flat().map(String);
  return values.filter((value) => value.length >= MIN_CREDENTIAL_LENGTH);
}
