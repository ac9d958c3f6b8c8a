import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { listenForCallbacks, type ReceivedCallback } from '../dist/cli/probe/callback-server.js';
import { onFreePort, visit } from './support/cli.js';
import { rejection } from './support/testing.js';

describe("The probe's callback server", () => {
  let url: string;
  let server: Awaited<ReturnType<typeof listenForCallbacks>>;

  beforeEach(async () => {
    server = await onFreePort((callbackURL) =>
      listenForCallbacks(callbackURL).finally(() => (url = callbackURL)),
    );
  });
  afterEach(() => server.close());

  it('accepts only a navigation to its own host and path, once it waits for one', async () => {
    await visit(`${url}?auth_code=early`);
    const callback = server.next(60_000);
    const refused: [number, ...Parameters<typeof visit>][] = [
      [404, new URL('/favicon.ico?auth_code=x', url).href],
      [404, `${url}x?auth_code=x`],
      [405, `${url}?auth_code=x`, { method: 'HEAD' }],
      [403, url, { headers: { 'sec-fetch-mode': 'cors' } }],
      [403, url, { headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' } }],
      [403, url, { headers: { 'sec-fetch-mode': 'navigate', 'sec-purpose': 'prefetch;prerender' } }],
      [403, url, { headers: { purpose: 'prefetch' } }],
      [421, url, { headers: { host: new URL(url).host.replace('localhost', 'rebound.example.com') } }],
    ];
    for (const [status, ...request] of refused) {
      expect(await visit(...request)).to.include({ status, body: '' });
    }
    const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const { body, headers } = await visit(`${url}?auth_code=1&state=a?b`, { headers: navigation });
    expect(body).to.include('터미널로 돌아가세요');
    expect(headers).to.include({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).to.include("frame-ancestors 'none'");
    expect(String(((await callback) as ReceivedCallback).query)).to.equal('auth_code=1&state=a%3Fb');
  });

  it('listens on port 80 if the URL has no port, and on the IPv6 address for [::1]', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      const other = createServer().listen(80, address);
      // A machine where that fails refuses the probe as well.
      await Promise.race([once(other, 'listening'), once(other, 'error')]).catch(() => undefined);
      const host = address === '::1' ? '[::1]' : 'localhost';
      const error = await rejection(listenForCallbacks(`http://${host}/callback`));
      other.close();
      expect(error.message).to.include(`${address}:80`);
    }
  });

  it('refuses a URL that is not on this machine, and shows the form that it needs', async () => {
    for (const url of ['https://localhost:3000/callback', 'http://app.example.com/callback', '/callback']) {
      expect((await rejection(listenForCallbacks(url))).message).to.include('http://localhost:PORT/path');
    }
  });
});
