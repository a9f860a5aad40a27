import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Let the idle time of entries that this consumer owns with this count begin again. Answers for each 1 kept,
 * 0 deleted from the stream, -1 taken or settled by another. XCLAIM removes deleted entries from the pending
 * list without a word, so what its answer lacks was deleted.
 *
 * KEYS: the stream. ARGV: group, consumer; then for each entry, ascending: id, count. At most 500 entries.
 */
export const extendScript: Script = script(
  heldLua,
  `
local key, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local ids = {}
for i = 3, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
local counts = held(key, group, consumer, ids)
local mine, results, kept = {}, {}, {}
for i, id in ipairs(ids) do
  if counts[id] == tonumber(ARGV[2 * i + 2]) then mine[#mine + 1] = id end
end
if #mine > 0 then
  mine[#mine + 1] = 'JUSTID'
  for _, id in ipairs(redis.call('XCLAIM', key, group, consumer, 0, unpack(mine))) do kept[id] = true end
end
for i, id in ipairs(ids) do
  if kept[id] then
    results[i] = 1
  elseif absence(key, group, id) == 0 and #redis.call('XRANGE', key, id, id) == 0 then
    results[i] = 0
  else
    results[i] = -1
  end
end
return results
`,
);
