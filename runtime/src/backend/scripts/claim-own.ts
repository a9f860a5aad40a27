import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * One page of what is pending under this consumer's own name; their idle time begins again. Answers as
 * claim-idle does, with `''` for the cursor after the last page.
 *
 * KEYS: the stream. ARGV: group, consumer, cursor (`-` at first), at most how many.
 */
export const claimOwnScript: Script = script(
  heldLua,
  `
local key, group, consumer, count = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[4])
local list = redis.call('XPENDING', key, group, ARGV[3], '+', count, consumer)
if #list == 0 then return { '', {}, {} } end
local ids, counts, kept, trimmed = {}, {}, {}, {}
for i, pending in ipairs(list) do
  ids[i] = pending[1]
  counts[pending[1]] = pending[4]
end
for start = 1, #ids, 1000 do
  local page = { unpack(ids, start, math.min(start + 999, #ids)) }
  page[#page + 1] = 'JUSTID'
  for _, id in ipairs(redis.call('XCLAIM', key, group, consumer, 0, unpack(page))) do kept[id] = true end
end
for _, id in ipairs(ids) do
  if not kept[id] then trimmed[#trimmed + 1] = id end
end
local cursor = ''
if #list == count then cursor = '(' .. ids[#ids] end
return { cursor, content(key, ids, counts), trimmed }
`,
);
