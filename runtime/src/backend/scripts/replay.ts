import { DEAD_LETTER_FIELDS, REPLAY_OF } from '../dead-letter.js';
import { type Script, script } from './script.js';

const reserved = DEAD_LETTER_FIELDS.map((name) => `['${name}'] = true`).join(', ');

/**
 * Move one dead letter of a group to the group's replay stream, with the fields it had before it died and its origin. The
 * copy is made on the server, so that values which are no UTF-8 survive. Answers the new id, or `missing`, `other-group`,
 * or `too-wide`: more fields than a script can pass on (about 3,500). An error says that a group is not there.
 *
 * KEYS: the stream, the group's replay stream, the dead-letter stream. ARGV: group, id of the dead letter.
 */
export const replayScript: Script = script(`
local group, id = ARGV[1], ARGV[2]
redis.call('XPENDING', KEYS[1], group, '-', '+', 1)
redis.call('XPENDING', KEYS[2], group, '-', '+', 1)
local range = redis.call('XRANGE', KEYS[3], id, id)
if not range[1] then return 'missing' end
local reserved = { ${reserved} }
local fields, story, values = range[1][2], {}, {}
for i = 1, #fields, 2 do
  local name = fields[i]
  if reserved[name] then
    story[name] = fields[i + 1]
  elseif name ~= '${REPLAY_OF}' then
    values[#values + 1] = name
    values[#values + 1] = fields[i + 1]
  end
end
if story['dlq:group'] ~= group or story['dlq:stream'] ~= KEYS[1] then return 'other-group' end
values[#values + 1] = '${REPLAY_OF}'
values[#values + 1] = story['dlq:stream'] .. '/' .. (story['dlq:id'] or '')
if #values > 7000 then return 'too-wide' end
local replayed = redis.call('XADD', KEYS[2], '*', unpack(values))
redis.call('XDEL', KEYS[3], id)
return replayed
`);
