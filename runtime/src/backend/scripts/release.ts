import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Move entries that this consumer owns with this count to the consumer of handed-back ones, with a count to
 * go on from. Answers for each 1 done, 0 gone (or deleted meanwhile), -1 not yours.
 *
 * KEYS: the stream. ARGV: group, consumer, count, the receiving consumer; then for each entry, ascending: id, new count.
 */
export const releaseScript: Script = script(
  heldLua,
  `
local key, group, consumer, count, receiver = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local ids = {}
for i = 5, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
local counts = held(key, group, consumer, ids)
local results = {}
for i, id in ipairs(ids) do
  if counts[id] == count then
    counts[id] = nil
    results[i] = #redis.call('XCLAIM', key, group, receiver, 0, id, 'RETRYCOUNT', ARGV[2 * i + 4], 'JUSTID')
  else
    results[i] = absence(key, group, id)
  end
end
return results
`,
);
