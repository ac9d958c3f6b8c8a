import { messagePage } from './pages.js';
import { type HiworksResponse, htmlResponse, jsonResponse } from './responses.js';

/** A request that Hiworks refuses. The message is Korean; on a page, each of its lines is a paragraph. */
export class RefusedRequest extends Error {}

/** The refusal of a parameter's value. */
export function invalidValue(name: string): RefusedRequest {
  return new RefusedRequest(`값이 올바르지 않습니다: ${name}`);
}

/** Runs `respond`; a refusal becomes a page for the user. */
export function withErrorPage(respond: () => HiworksResponse): HiworksResponse {
  return refusing(respond, (message) => errorPage(400, message));
}

/**
 * Runs `respond`; a refusal becomes an error envelope with `more` in it. Hiworks' are said to come with HTTP 200 (seen
 * in clients, not documented).
 */
export function withErrorEnvelope(respond: () => HiworksResponse, more: object = {}): HiworksResponse {
  return refusing(respond, (msg) => jsonResponse(200, { code: 'ERR', msg, ...more }));
}

/** Runs `respond`; a refusal becomes `errors`, as Hiworks' newer hosts send it (seen, not documented). */
export function withErrors(respond: () => HiworksResponse): HiworksResponse {
  const status = 400;
  return refusing(respond, (message) => jsonResponse(status, { errors: { status, title: 'Bad Request', message } }));
}

/** A page that says why a request is refused. */
export function errorPage(status: number, message: string): HiworksResponse {
  return htmlResponse(status, messagePage('로그인 요청을 처리할 수 없습니다', message));
}

function refusing(respond: () => HiworksResponse, refuse: (message: string) => HiworksResponse): HiworksResponse {
  try {
    return respond();
  } catch (refusal) {
    return refuse((refusal as RefusedRequest).message);
  }
}
