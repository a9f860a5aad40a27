import { type Script, script } from './script.js';

/**
 * Delete a consumer's name if nothing is pending under it; XGROUP DELCONSUMER would drop pending entries.
 * Answers 1 gone, 0 still needed.
 *
 * KEYS: the stream. ARGV: group, consumer.
 */
export const leaveScript: Script = script(`
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
`);
