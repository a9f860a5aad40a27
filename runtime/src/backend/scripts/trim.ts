import { type Script, script } from './script.js';

/**
 * Trim a stream towards a length, never past what a group has not acknowledged. Answers the length now, how many
 * entries went, and the group that keeps the stream longer than wished, or `''`.
 *
 * The bound is the least id over all groups that must stay: the oldest pending entry, else the one behind the last delivered
 * (or the last delivered itself, where a foreign id's sequence is too large for Lua's numbers).
 * XTRIM with LIMIT removes whole nodes of the stream and never more than the excess; at most one node is left
 * below the bound then, small enough to count.
 *
 * KEYS: the stream. ARGV: the length.
 */
export const trimScript: Script = script(`
local key, limit = KEYS[1], tonumber(ARGV[1])
local before = redis.call('XLEN', key)
if before <= limit then return { before, 0, '' } end

local function digits(id)
  local ms, sequence = string.match(id, '(%d+)-(%d+)')
  return string.rep('0', 20 - #ms) .. ms .. string.rep('0', 20 - #sequence) .. sequence
end

local bound, slowest = nil, ''
for _, info in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = {}
  for i = 1, #info, 2 do group[info[i]] = info[i + 1] end
  local needed
  if group.pending > 0 then
    needed = redis.call('XPENDING', key, group.name)[2]
  else
    needed = group['last-delivered-id']
    local ms, sequence = string.match(needed, '(%d+)-(%d+)')
    if #sequence < 16 then needed = ms .. '-' .. string.format('%.0f', tonumber(sequence) + 1) end
  end
  if bound == nil or digits(needed) < digits(bound) then bound, slowest = needed, group.name end
end

if bound == nil then
  redis.call('XTRIM', key, 'MAXLEN', limit)
  return { limit, before - limit, '' }
end
redis.call('XTRIM', key, 'MINID', '~', bound, 'LIMIT', before - limit)
local excess = redis.call('XLEN', key) - limit
if excess <= 0 then return { limit + excess, before - limit - excess, '' } end
local free = #redis.call('XRANGE', key, '-', '(' .. bound, 'COUNT', excess)
if free < excess then
  redis.call('XTRIM', key, 'MINID', bound)
  return { limit + excess - free, before - limit - excess + free, slowest }
end
redis.call('XTRIM', key, 'MAXLEN', limit)
return { limit, before - limit, '' }
`);
