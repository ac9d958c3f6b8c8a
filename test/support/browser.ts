/** What a browser shows in the end. */
export interface Page {
  url: string;
  status: number;
  text: string;
}

/** As much of a browser as a login needs: it keeps one site's cookies, and follows redirects as long as they stay there. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly site: string) {}

  /** Opens an address of the site. Resolves with the page, or with the address elsewhere that it leads to. */
  async open(address: string, init: RequestInit = {}): Promise<Page | string> {
    const url = new URL(address, this.site);
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const header of response.headers.getSetCookie()) {
      this.keep(header);
    }
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location) {
      await response.arrayBuffer();
      const next = new URL(location, url);
      return next.origin === url.origin ? this.open(next.href) : next.href;
    }
    return { url: url.href, status: response.status, text: await response.text() };
  }

  /** Opens an address that has to end in a page. */
  async read(address: string, init?: RequestInit): Promise<Page> {
    const page = await this.open(address, init);
    if (typeof page === 'string') {
      throw new Error(`${address} led away, to ${page}`);
    }
    return page;
  }

  /** Opens an address that has to lead to another site. */
  async leave(address: string): Promise<string> {
    const location = await this.open(address);
    if (typeof location !== 'string') {
      throw new Error(`${address} led nowhere else, but to HTTP ${location.status}: ${location.text}`);
    }
    return location;
  }

  private keep(header: string): void {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice('expires='.length);
    const expired =
      attributes.some((attribute) => /^max-age=(0|-.*)$/i.test(attribute)) ||
      (expires !== undefined && Date.parse(expires) <= Date.now());
    if (expired) {
      this.cookies.delete(name);
    } else {
      this.cookies.set(name, value);
    }
  }
}
