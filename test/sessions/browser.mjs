/** A browser as far as sessions need one: it keeps the cookies of one site. */
export class Browser {
  cookies = new Map();

  constructor(server) {
    this.site = `http://127.0.0.1:${server.address().port}`;
  }

  /** Opens a page of the site; redirects are not followed. Cookies of the response are kept. */
  async open(path, headers = {}) {
    const cookie = this.header();
    const response = await fetch(this.site + path, {
      redirect: 'manual',
      headers: { ...headers, ...(cookie && { cookie }) },
    });
    const body = await response.text();
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';', 1);
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair);
    }
    return { status: response.status, location: response.headers.get('location'), body };
  }

  /** The Cookie header that the next request sends. */
  header() {
    return [...this.cookies.values()].join('; ');
  }
}
