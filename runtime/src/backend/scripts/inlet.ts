import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Take handed-back entries, oldest first, then replayed ones, without counting a delivery: a replayed one that nobody had
 * yet comes with the count 0. Deleted ones stay for claim-idle, which reports them. Answers `{ id, count, fields }`
 * for each: those of the stream, then those of the replay stream. An empty replay stream costs one look at its length.
 *
 * KEYS: the stream, the group's replay stream. ARGV: group, consumer, the consumer of handed-back entries, at most how many.
 */
export const inletScript: Script = script(
  heldLua,
  `
local group, consumer, source, wanted = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local function takeHandedBack(key, entries, room)
  local page, start = math.max(room, 100), '-'
  for _ = 1, 10 do
    local list = redis.call('XPENDING', key, group, start, '+', page, source)
    for _, pending in ipairs(list) do
      if room == 0 then return 0 end
      local found = content(key, { pending[1] }, { [pending[1]] = pending[4] })
      if #found > 0 then
        redis.call('XCLAIM', key, group, consumer, 0, pending[1], 'JUSTID')
        entries[#entries + 1] = found[1]
        room = room - 1
      end
    end
    if #list < page then break end
    start = '(' .. list[#list][1]
  end
  return room
end

local entries, replayed = {}, {}
local room = takeHandedBack(KEYS[1], entries, wanted)
local replay = KEYS[2]
if room > 0 and redis.call('XLEN', replay) > 0 then
  -- Somebody may have deleted the group there, or the stream, which a replay then made anew.
  if redis.pcall('XPENDING', replay, group).err then redis.call('XGROUP', 'CREATE', replay, group, '0') end
  room = takeHandedBack(replay, replayed, room)
  local streams = false
  if room > 0 then
    streams = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', room, 'STREAMS', replay, '>')
  end
  for _, entry in ipairs(streams and streams[1][2] or {}) do
    redis.call('XCLAIM', replay, group, consumer, 0, entry[1], 'RETRYCOUNT', 0, 'JUSTID')
    replayed[#replayed + 1] = { entry[1], 0, entry[2] }
  end
end
return { entries, replayed }
`,
);
