import { PspfError } from '../errors.js';
import type { Source } from './backend.js';

/** Physical names of one stream on a server. */
export interface StreamKeys {
  readonly stream: string;
  readonly dlq: string;
}

/**
 * The physical names of a declared stream. The prefix goes in front before anything is derived, and in
 * front of a dead-letter stream's own name.
 *
 * @throws PspfError `INVALID_OPTION` where the name or prefix has braces that are no hash tag.
 */
export function streamKeys(
  stream: string,
  options: { readonly keyPrefix?: string; readonly dlq?: string } = {},
): StreamKeys {
  const { keyPrefix = '', dlq } = options;
  const key = `${keyPrefix}${stream}`;
  return {
    stream: key,
    dlq: dlq === undefined ? companionKey(key, 'dlq') : `${keyPrefix}${dlq}`,
  };
}

/** Where a group finds what is replayed to it alone, as a source of its own: the group of the same name on its replay stream. */
export function replaySource({ key, group }: Source): Source {
  return { key: companionKey(key, `replay:${group}`), group, replay: true };
}

/**
 * The key of something that belongs to a stream and must share its cluster slot: `{orders}:dlq`, or,
 * where the stream's key has a hash tag already, on that tag: `{shop}:orders:dlq`.
 */
export function companionKey(key: string, role: string): string {
  if (hasHashTag(key)) return `${key}:${role}`;
  if (key.includes('}')) {
    throw new PspfError(
      'INVALID_OPTION',
      `The stream's key ${JSON.stringify(key)} has a "}" that ends no hash tag, so that its dead letters could not share its cluster slot. Take the braces out of the name and the keyPrefix, or use one tag such as "{shop}:orders".`,
      { stream: key },
    );
  }
  return `{${key}}:${role}`;
}

/** Whether only a part of the key decides its slot: from the first `{` to the next `}`, if anything is between (Cluster specification). */
function hasHashTag(key: string): boolean {
  const open = key.indexOf('{');
  return open >= 0 && key.indexOf('}', open) > open + 1;
}
