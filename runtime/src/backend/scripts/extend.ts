import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Let the idle time of entries that this consumer owns with this count begin again. Answers for each 1 kept,
 * 0 deleted from the stream, -1 taken or settled by another; or a single 1 where all are kept. XCLAIM removes deleted entries from the pending
 * list without a word, so what its answer lacks was deleted.
 *
 * KEYS: the stream. ARGV: group, consumer, count; then the ids, ascending.
 */
export const extendScript: Script = script(
  heldLua,
  `
local key, group, consumer, count = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local ids = { unpack(ARGV, 4) }
local counts = held(key, group, consumer, ids)
local mine, results, kept = {}, {}, {}
for _, id in ipairs(ids) do
  if counts[id] == count then mine[#mine + 1] = id end
end
if #mine > 0 then
  mine[#mine + 1] = 'JUSTID'
  local ours = redis.call('XCLAIM', key, group, consumer, 0, unpack(mine))
  if #ours == #ids then return 1 end
  for _, id in ipairs(ours) do kept[id] = true end
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
