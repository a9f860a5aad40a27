import { sep } from 'node:path';

/** A path with `/` as separator, as it is shown and recorded on every system. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
