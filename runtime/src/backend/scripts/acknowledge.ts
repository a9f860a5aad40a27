import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Acknowledge entries that this consumer owns with this count. Answers for each 1 done, 0 gone, -1 not yours.
 *
 * KEYS: the stream. ARGV: group, consumer; then for each entry, ascending: id, count.
 */
export const acknowledgeScript: Script = script(
  heldLua,
  `
local key, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local ids = {}
for i = 3, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
local counts = held(key, group, consumer, ids)
local mine, results = {}, {}
for i, id in ipairs(ids) do
  if counts[id] == tonumber(ARGV[2 * i + 2]) then
    mine[#mine + 1] = id
    counts[id] = nil
    results[i] = 1
  end
end
if #mine > 0 then redis.call('XACK', key, group, unpack(mine)) end
for i, id in ipairs(ids) do results[i] = results[i] or absence(key, group, id) end
return results
`,
);
