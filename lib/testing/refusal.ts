import { errorPage } from './pages.js';
import { type HiworksResponse, html, json } from './responses.js';

/** A request that Hiworks turns down. The message is Korean, for the page or for `msg`. */
export class Refusal extends Error {}

/** The refusal of a field's value. */
export function wrong(name: string): Refusal {
  return new Refusal(`값이 올바르지 않습니다: ${name}`);
}

/** Runs `respond`; a refusal becomes a page for the person at the browser. */
export function orErrorPage(respond: () => HiworksResponse): HiworksResponse {
  try {
    return respond();
  } catch (refusal) {
    return html(400, errorPage('로그인 요청을 처리할 수 없습니다', (refusal as Refusal).message.split('\n')));
  }
}

/**
 * Runs `respond`; a refusal becomes an error envelope with `more` in it. Hiworks' are said to come with HTTP 200 (seen
 * in clients, not documented).
 */
export function orEnvelope(respond: () => HiworksResponse, more: object = {}, status = 200): HiworksResponse {
  try {
    return respond();
  } catch (refusal) {
    return json(status, { code: 'ERR', msg: (refusal as Refusal).message, ...more });
  }
}
