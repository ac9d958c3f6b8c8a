import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from './workspace.js';

/** What a browser shows in the end. */
export interface Page {
  url: string;
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends one request. */
export type Transport = (
  url: URL,
  method: string,
  headers: Record<string, string>,
) => Promise<Omit<Page, 'url'>>;

const tls = join(root, 'test/fixtures/tls-for-tests-only');

/** Where the key and the certificate are that an application for `https://localhost` is told to use. */
export const TLS_FILES = { TLS_KEY: join(tls, 'key.pem'), TLS_CERTIFICATE: join(tls, 'certificate.pem') };

/** The authority that this browser trusts. */
export const ca = readFileSync(TLS_FILES.TLS_CERTIFICATE);

/** HTTP/1.1. Not `fetch`, whose headers show that it is not a navigation. */
export const http: Transport = (url, method, headers) =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestSecurely : request;
    const outgoing = send(url, { method, headers, ca }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: body }),
        reject,
      );
    });
    outgoing.once('error', reject).end();
  });

/** As much of a browser as a login needs: keeps one site's cookies, and follows redirects as long as they stay there. */
export class Browser {
  /** Headers that go with every request. */
  headers: Record<string, string> = {};
  private readonly cookies = new Map<string, { value: string; path: string }>();

  constructor(
    private readonly site: string,
    private readonly transport: Transport = http,
  ) {}

  /** Requests an address of the site. The cookies of the response are not kept before `keep` is called. */
  async send(address: string, method = 'GET'): Promise<Page> {
    const url = new URL(address, this.site);
    const cookies = Array.from(this.cookies)
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`);
    const headers = { ...this.headers, ...(cookies.length > 0 && { cookie: cookies.join('; ') }) };
    return { url: url.href, ...(await this.transport(url, method, headers)) };
  }

  /** Keeps the cookies of a response that has arrived. */
  keep(page: Page): void {
    for (const header of page.headers['set-cookie'] ?? []) {
      this.keepCookie(header);
    }
  }

  /** Opens an address. Resolves with the page, or with the address on another site that it leads to. */
  async open(address: string, method = 'GET'): Promise<Page | string> {
    const page = await this.send(address, method);
    this.keep(page);
    const { location } = page.headers;
    if (page.status >= 300 && page.status < 400 && location !== undefined) {
      const next = new URL(location, page.url);
      return next.origin === new URL(this.site).origin ? this.open(next.href) : next.href;
    }
    return page;
  }

  /** Opens an address that has to end in a page. */
  async read(address: string, method?: string): Promise<Page> {
    const page = await this.open(address, method);
    if (typeof page === 'string') {
      throw new Error(`${address} led to another site, ${page}`);
    }
    return page;
  }

  /** Opens an address that has to lead to another site. */
  async leave(address: string): Promise<string> {
    const location = await this.open(address);
    if (typeof location !== 'string') {
      throw new Error(`${address} led to no other site, but to HTTP ${location.status}: ${location.text}`);
    }
    return location;
  }

  private keepCookie(header: string): void {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const attribute = (key: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const maxAge = attribute('max-age');
    const expires =
      maxAge === undefined ? Date.parse(attribute('expires') ?? '') : Number(maxAge) * 1000 + Date.now();
    if (expires <= Date.now()) {
      this.cookies.delete(name);
    } else {
      this.cookies.set(name, { value, path: attribute('path') ?? '/' });
    }
  }
}
