import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Take over entries that any consumer left alone, without counting a delivery. Answers the cursor for the next
 * call (`0-0` after the last), `{ id, count, fields }` for each entry taken, and the ids that were deleted from the stream.
 *
 * KEYS: the stream. ARGV: group, consumer, least idle ms, cursor, at most how many.
 */
export const claimIdleScript: Script = script(
  heldLua,
  `
local key, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local reply = redis.call('XAUTOCLAIM', key, group, consumer, ARGV[3], ARGV[4], 'COUNT', ARGV[5], 'JUSTID')
return { reply[1], content(key, reply[2], held(key, group, consumer, reply[2])), reply[3] }
`,
);
