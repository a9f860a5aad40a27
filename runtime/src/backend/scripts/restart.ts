import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Count one delivery more for entries that this consumer owns with this count. One that has just been counted keeps its
 * new count, so that a call whose answer was lost can be made again. Answers for each the new count, or 0.
 *
 * KEYS: the stream. ARGV: group, consumer, count; then the ids, ascending.
 */
export const restartScript: Script = script(
  heldLua,
  `
local key, group, consumer, before = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local ids = { unpack(ARGV, 4) }
local counts = held(key, group, consumer, ids)
local results = {}
for i, id in ipairs(ids) do
  results[i] = 0
  if counts[id] == before or counts[id] == before + 1 then
    local kept = redis.call('XCLAIM', key, group, consumer, 0, id, 'RETRYCOUNT', before + 1, 'JUSTID')
    if #kept > 0 then results[i] = before + 1 end
  end
end
return results
`,
);
