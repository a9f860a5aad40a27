import { DEAD_LETTER_FIELDS } from '../dead-letter.js';
import { type Script, script } from './script.js';

const reserved = DEAD_LETTER_FIELDS.map((name) => `['${name}'] = true`).join(', ');

/**
 * One page of a group's dead letters, without their payloads. Answers the last id of the dead-letter stream at the
 * first page, the id behind which the next page begins or `''`, and `{ id, fields }` of each, ours alone. Large
 * payloads make a page short, since the server does nothing else while it copies them.
 *
 * KEYS: the dead-letter stream. ARGV: stream, group, the last id or `''` at first, the start, at most how many to look at.
 */
export const deadLettersScript: Script = script(`
local stream, group, last, count = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
local letters = {}
if last == '' then
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  if not newest[1] then return { '', '', letters } end
  last = newest[1][1]
end
local reserved = { ${reserved} }
local start, bytes = ARGV[4], 0
while count > 0 and bytes < 262144 do
  local wanted = math.min(count, 10)
  local page = redis.call('XRANGE', KEYS[1], start, last, 'COUNT', wanted)
  for _, entry in ipairs(page) do
    local story, ours = {}, {}
    for i = 1, #entry[2], 2 do
      local name, value = entry[2][i], entry[2][i + 1]
      bytes = bytes + #name + #value
      if reserved[name] then
        story[name] = value
        ours[#ours + 1] = name
        ours[#ours + 1] = value
      end
    end
    if story['dlq:group'] == group and story['dlq:stream'] == stream then
      letters[#letters + 1] = { entry[1], ours }
    end
  end
  if #page < wanted then return { last, '', letters } end
  count = count - #page
  start = '(' .. page[#page][1]
end
return { last, string.sub(start, 2), letters }
`);
