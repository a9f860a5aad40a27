import { createHash } from 'node:crypto';

/** SHA-256, in hex, of a text file's bytes, with CRLF read as LF: a checkout on Windows is no change. */
export function contentHash(bytes: Uint8Array | string): string {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
  const encoding = typeof bytes === 'string' ? 'utf8' : 'latin1';
  return createHash('sha256').update(text.replaceAll('\r\n', '\n'), encoding).digest('hex');
}
