import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

/**
 * As much of a browser as a login needs, on `node:http`: it keeps one site's cookies, sends the headers that tell a
 * navigation from a script's request and a form's origin, and follows redirects as long as they stay on the site.
 */
export class Browser {
  cookies = new Map();

  constructor(site, { ca } = {}) {
    this.site = site;
    this.ca = ca;
  }

  /** One request. `from` is `Sec-Fetch-Site`: by default a click on a page of the site itself. */
  async open(address, { method = 'GET', form, from = 'same-origin', headers = {}, body } = {}) {
    const url = new URL(address, this.site);
    const { request } = url.protocol === 'https:' ? https : http;
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': from };
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
    const origin = method !== 'GET' && {
      origin: from === 'same-origin' ? new URL(this.site).origin : 'https://evil.example',
    };
    const sent = { ...navigation, ...origin, ...(cookie && { cookie }), ...type, ...headers };
    const response = await new Promise((resolve, reject) => {
      request(url, { method, headers: sent, ca: this.ca, agent: false }, resolve)
        .on('error', reject)
        .end(body ?? (form && new URLSearchParams(form).toString()));
    });
    for (const line of response.headers['set-cookie'] ?? []) {
      this.keep(line);
    }
    const { location } = response.headers;
    return {
      url: url.href,
      status: response.statusCode,
      headers: response.headers,
      text: await text(response),
      location: location && new URL(location, url).href,
    };
  }

  /** Opens an address and follows redirects; resolves with the page, or with the redirect that leaves the site. */
  async arrive(address, options) {
    let page = await this.open(address, options);
    while (page.location && new URL(page.location).origin === new URL(page.url).origin) {
      // A browser sends the value of the first step with the whole chain.
      page = await this.open(page.location, { from: options?.from });
    }
    return page;
  }

  keep(line) {
    const [, name, value] = /^([^=]*)=([^;]*)/.exec(line);
    const expires = /;\s*expires=([^;]*)/i.exec(line)?.[1];
    if (expires && Date.parse(expires) <= Date.now()) {
      this.cookies.delete(name);
    } else {
      this.cookies.set(name, value);
    }
  }
}

/** Signs a user in at Hiworks, from `start` to the page after the login. */
export async function signIn(browser, hiworks, userNo, start = '/auth/hiworks') {
  const { location, status, text: page } = await browser.open(start);
  if (!location) {
    throw new Error(`${start} did not lead to Hiworks: HTTP ${status}, ${page}`);
  }
  return browser.arrive(await hiworks.signIn(location, userNo), { from: 'cross-site' });
}
