import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Move entries that this consumer owns with this count to the consumer of handed-back ones, with a count to
 * go on from. Answers for each 1 done, 0 gone (or deleted meanwhile), -1 not yours.
 *
 * KEYS: the stream. ARGV: group, consumer, the receiving consumer; then for each entry, ascending: id, count, new count.
 */
export const releaseScript: Script = script(
  heldLua,
  `
local key, group, consumer, receiver = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local ids = {}
for i = 4, #ARGV, 3 do ids[#ids + 1] = ARGV[i] end
local counts = held(key, group, consumer, ids)
local results = {}
for i, id in ipairs(ids) do
  if counts[id] == tonumber(ARGV[3 * i + 2]) then
    counts[id] = nil
    results[i] = #redis.call('XCLAIM', key, group, receiver, 0, id, 'RETRYCOUNT', ARGV[3 * i + 3], 'JUSTID')
  else
    results[i] = absence(key, group, id)
  end
end
return results
`,
);
