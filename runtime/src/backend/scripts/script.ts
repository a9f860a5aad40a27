import { createHash } from 'node:crypto';

/** A Lua script that the server runs as one step (EVALSHA). */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/**
 * Prepare a script. It must name every key it touches in KEYS, all of one slot and, where there are several,
 * none absent: else it fails for as long as a slot of a cluster moves. No flags line (`#!lua`): scripts that only acknowledge must
 * work where memory is full.
 */
export function script(...parts: readonly string[]): Script {
  const lua = parts.join('\n');
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
