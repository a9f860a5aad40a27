import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Take handed-back entries, oldest first, without counting a delivery. Deleted ones stay for claim-idle, which reports
 * them. Answers `{ id, count, fields }` for each.
 *
 * KEYS: the stream. ARGV: group, consumer, the consumer of handed-back entries, at most how many.
 */
export const inletScript: Script = script(
  heldLua,
  `
local key, group, consumer, source, wanted = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local page = math.max(wanted, 100)
local entries, start = {}, '-'
for _ = 1, 10 do
  local list = redis.call('XPENDING', key, group, start, '+', page, source)
  for _, pending in ipairs(list) do
    if #entries == wanted then break end
    local found = content(key, { pending[1] }, { [pending[1]] = pending[4] })
    if #found > 0 then
      redis.call('XCLAIM', key, group, consumer, 0, pending[1], 'JUSTID')
      entries[#entries + 1] = found[1]
    end
  end
  if #entries == wanted or #list < page then break end
  start = '(' .. list[#list][1]
end
return entries
`,
);
