import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { URL, URLSearchParams } from 'node:url';
import { hiddenFields, pageText } from './pages.js';
import { MENU_PATH, SIGN_IN_PATH } from './requests.js';

interface Page {
  status: number;
  location: string | undefined;
  body: string;
}

/**
 * Opens the sign-in page at `location`, presses a button on it and resolves with the URL that Hiworks redirects to.
 * Rejects with the page's text if it does not redirect.
 */
export async function pressOnSignInPage(location: string, button: Record<string, string>): Promise<string> {
  const opened = await visit(location);
  if (opened.location !== undefined) {
    return opened.location;
  }
  const fields = hiddenFields(opened.body);
  if (fields.length === 0) {
    throw refusedWith(opened);
  }
  return follow(new URL(SIGN_IN_PATH, location).href, [...fields, ...Object.entries(button)]);
}

/** Chooses a user on the menu page of the server at `url`; otherwise the same. */
export function chooseOnMenu(url: string, userNo: string): Promise<string> {
  return follow(url + MENU_PATH, [['user_no', userNo]]);
}

async function follow(action: string, fields: [string, string][]): Promise<string> {
  const page = await visit(action, fields);
  if (page.location === undefined) {
    throw refusedWith(page);
  }
  return page.location;
}

// Neither fetch, which tests replace, nor Node's global agent, which may go to a proxy.
function visit(address: string, form?: [string, string][]): Promise<Page> {
  return new Promise((resolve, reject) => {
    const headers = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const method = form ? 'POST' : 'GET';
    request(address, { method, headers, agent: new Agent() }, (response) => {
      const { statusCode = 0, headers } = response;
      text(response).then((body) => resolve({ status: statusCode, location: headers.location, body }), reject);
    })
      .on('error', reject)
      .end(form && new URLSearchParams(form).toString());
  });
}

function refusedWith({ status, body }: Page): Error {
  return new Error(`Hiworks refused with HTTP ${status}: ${pageText(body)}`);
}
