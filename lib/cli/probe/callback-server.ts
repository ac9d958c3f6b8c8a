import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** A navigation of the browser to the callback URL. */
export interface ReceivedCallback {
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

const HEADERS = {
  allow: 'GET',
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  // The URL of the page contains the code.
  'referrer-policy': 'no-referrer',
};

const PAGE = `<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>passport-hiworks probe</title><p>하이웍스의 응답을 받았습니다. 이 창을 닫고 터미널로 돌아가세요.</p>`;

/**
 * Starts the server that Hiworks sends the browser back to. Rejects with an `Error` for the user if the registered URL is
 * not on this machine, or its port is taken.
 */
export async function listenForCallbacks(registeredURL: string) {
  const url = URL.canParse(registeredURL) ? new URL(registeredURL) : undefined;
  if (url?.protocol !== 'http:' || !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)) {
    throw new Error(
      '하이웍스에 등록한 URL은 http://localhost:PORT/path 형식이어야 합니다. probe는 이 컴퓨터에서 인증서 없이 요청을 기다립니다.',
    );
  }
  let arrived: ((callback: ReceivedCallback) => void) | undefined;
  const server = createServer((request, response) => {
    const { url: target = '', headers } = request;
    const status = statusOf(request, url);
    response.writeHead(status, HEADERS).end(status === 200 ? PAGE : undefined);
    if (status === 200) {
      arrived?.({ query: new URLSearchParams(target.slice(url.pathname.length)), headers });
    }
  });
  server.listen(Number(url.port || 80), url.hostname === '[::1]' ? '::1' : '127.0.0.1');
  await once(server, 'listening').catch(({ message }: Error) => {
    throw new Error(
      `콜백을 기다릴 수 없습니다: ${message}. 애플리케이션 등 같은 포트를 쓰는 프로그램이 있으면 종료하고 다시 시도하세요.`,
    );
  });
  return {
    /** Waits for a callback: at most `wait` milliseconds, and until `skipped` resolves. A string says why there is none. */
    next: (wait: number, skipped?: Promise<void>) =>
      new Promise<ReceivedCallback | string>((resolve) => {
        setTimeout(resolve, wait, 'no callback in time').unref();
        skipped?.then(() => resolve('skipped by the user')).catch(() => undefined);
        arrived = resolve;
      }),
    close: () => server.close().closeAllConnections(),
  };
}

// A page open in the same browser must not be able to answer for Hiworks without being seen: by a script, an image, a frame.
function statusOf({ method, headers, url: target = '' }: IncomingMessage, url: URL): number {
  const { 'sec-fetch-mode': mode = 'navigate', 'sec-fetch-dest': dest = 'document' } = headers;
  const purpose = headers['sec-purpose'] ?? headers.purpose ?? '';
  const isNavigation = mode === 'navigate' && dest === 'document' && !String(purpose).includes('prefetch');
  const isPath = target === url.pathname || target.startsWith(`${url.pathname}?`);
  if (headers.host?.toLowerCase() !== url.host) {
    return 421;
  }
  return !isPath ? 404 : method !== 'GET' ? 405 : isNavigation ? 200 : 403;
}
