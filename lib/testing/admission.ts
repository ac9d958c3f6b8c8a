import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { URL } from 'node:url';
import { errorPage } from './refusal.js';
import type { HiworksResponse } from './responses.js';

const MAX_FORM_BYTES = 64 * 1024;

/**
 * Whether a request's `Host` is a loopback name with the port of `url`. Another one is a foreign name that resolves to
 * this machine (DNS rebinding): its pages could read and send everything here.
 */
export function isOwnHost(header: string | undefined, url: string): boolean {
  const { port } = new URL(url);
  return ['127.0.0.1', 'localhost', '[::1]'].some(
    (name) => new URL(`http://${name}:${port}`).host === header?.toLowerCase(),
  );
}

/** The response to another `Host`. */
export function refusalOfHost(url: string): HiworksResponse {
  return errorPage(421, `이 이름으로는 접속할 수 없습니다.\n주소를 확인해 주세요: ${url}`);
}

/** The body as text, or the refusal of one over 64 KiB; `undefined` if the client hung up before it was complete. */
export async function readBody(message: IncomingMessage): Promise<string | HiworksResponse | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Destroying the message would destroy its connection before the response.
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > MAX_FORM_BYTES) {
        return errorPage(413, '본문이 64 KiB를 넘습니다.');
      }
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}
