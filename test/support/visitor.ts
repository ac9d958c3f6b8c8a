/** A response as the browser gets it. */
export interface Visited {
  status: number;
  headers: Headers;
  body: string;
  /** Where a redirect leads, as an absolute URL. */
  location: string | undefined;
}

/** A browser that keeps one site's cookies and follows no redirects. */
export class Visitor {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly site: string) {}

  /** The value of the site's cookie. */
  cookie(name: string): string | undefined {
    return this.cookies.get(name);
  }

  get(address: string): Promise<Visited> {
    return this.visit('GET', address);
  }

  post(address: string): Promise<Visited> {
    return this.visit('POST', address);
  }

  private async visit(method: string, address: string): Promise<Visited> {
    const url = new URL(address, this.site);
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { method, headers: { cookie }, redirect: 'manual' });
    const { status, headers } = response;
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    const location = headers.get('location');
    return {
      status,
      headers,
      body: await response.text(),
      location: location === null ? undefined : new URL(location, url).href,
    };
  }
}
