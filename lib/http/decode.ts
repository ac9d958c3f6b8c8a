import { TextDecoder } from 'node:util';
import type zlib from 'node:zlib';

import type * as korean from './korean.js';

/** The body was longer than the limit when decompressed. */
export const TOO_LARGE = Symbol('too large');

/**
 * Undoes a `Content-Encoding` that was not requested, some gateways' doing. Returns `undefined` for one that is not known
 * or a body that is damaged, and `TOO_LARGE` for more than `limit` bytes.
 */
export function decompress(
  body: Buffer,
  encoding: string,
  limit: number,
): Buffer | typeof TOO_LARGE | undefined {
  // Hardly any login needs it.
  const { gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync } =
    require('node:zlib') as typeof zlib;
  const options = { maxOutputLength: limit };
  try {
    switch (encoding.toLowerCase()) {
      case 'identity':
        return body;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, options);
      case 'br':
        return brotliDecompressSync(body, options);
      case 'deflate':
        // The format is zlib's; some servers send it without the header.
        return isZlib(body) ? inflateSync(body, options) : inflateRawSync(body, options);
      default:
        return undefined;
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : undefined;
  }
}

// The lower half of zlib's first byte is its method, 8; that of data without the header is 8 only if a padding bit is set,
// which compressors leave at 0.
function isZlib(body: Buffer): boolean {
  return (body.readUInt8(0) & 0x0f) === 8;
}

/**
 * Decodes a text in the charset that `contentType` declares, UTF-8 if none. Throws for text that is not in it, and for a
 * charset that is not known.
 */
export function decodeText(body: Buffer, contentType: string | undefined): string {
  const declared = contentType?.match(/;\s*charset\s*=\s*"?(?!utf-8(?![\w-]))([\w-]+)/i)?.[1];
  const decoder = declared === undefined ? UTF8 : decoderFor(declared);
  if (decoder.encoding !== 'euc-kr') {
    return decoder.decode(body);
  }
  const { decodeKorean } = require('./korean.js') as typeof korean;
  return decodeKorean(body, decoder);
}

function decoderFor(charset: string): TextDecoder {
  // Java's names for what the WHATWG calls euc-kr.
  const label = /^(x-windows-|ms|cp)949$/i.test(charset) ? 'euc-kr' : charset;
  return new TextDecoder(label, { fatal: true });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
