import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { TEXTS } from './texts.js';

/** The callback's parameters, or why there was none. */
export type Callback = URLSearchParams | 'timeout' | 'skipped';

/** The server that Hiworks sends the browser back to. */
export interface CallbackServer {
  /** Waits for the next callback: at most `wait` milliseconds, and until `skipped` resolves. */
  next(wait: number, skipped: Promise<void>): Promise<Callback>;
  close(): void;
}

const ADDRESSES = new Map([
  ['localhost', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '::1'],
]);

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  // The address of the page holds the code.
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

const PAGE = `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<title>passport-hiworks probe</title>
<p>하이웍스의 응답을 받았습니다. 이 창을 닫고 터미널로 돌아가 주세요.</p>
<p lang="en">Hiworks' response has arrived. You can close this window and go back to the terminal.</p>
`;

/**
 * Starts the server for a registered callback URL. Rejects with an `Error` for the person at the terminal if that is
 * not an `http:` URL of this machine, or its port cannot be had.
 */
export async function listenForCallbacks(callbackURL: string): Promise<CallbackServer> {
  const url = URL.canParse(callbackURL) ? new URL(callbackURL) : undefined;
  const address = url?.protocol === 'http:' ? ADDRESSES.get(url.hostname) : undefined;
  if (!url || !address) {
    throw new Error(TEXTS.wrongCallbackURL);
  }

  let arrived: ((callback: Callback) => void) | undefined;
  const server = createServer(({ method, headers, url: target = '' }, response) => {
    const query = `${target}?`.indexOf('?');
    if (headers.host?.toLowerCase() !== url.host) {
      response.writeHead(421, HEADERS).end();
    } else if (target.slice(0, query) !== url.pathname) {
      response.writeHead(404, HEADERS).end();
    } else if (method !== 'GET') {
      response.writeHead(405, { ...HEADERS, allow: 'GET' }).end();
    } else if (!isNavigation(headers)) {
      response.writeHead(403, HEADERS).end();
    } else {
      response.writeHead(200, HEADERS).end(PAGE);
      arrived?.(new URLSearchParams(target.slice(query)));
    }
  });
  server.listen(Number(url.port || 80), address);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(TEXTS.cannotListen((error as Error).message));
  }

  return {
    next: (wait, skipped) =>
      new Promise((resolve) => {
        const timer = setTimeout(end, wait, 'timeout');
        function end(callback: Callback): void {
          clearTimeout(timer);
          resolve(callback);
        }
        arrived = end;
        skipped.then(() => end('skipped'));
      }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

// A page that is open in the same browser must not be able to answer in the place of Hiworks without being seen.
function isNavigation(headers: IncomingHttpHeaders): boolean {
  const mode = headers['sec-fetch-mode'] ?? 'navigate';
  const purpose = headers['sec-purpose'] ?? headers.purpose ?? '';
  return mode === 'navigate' && !String(purpose).includes('prefetch');
}
