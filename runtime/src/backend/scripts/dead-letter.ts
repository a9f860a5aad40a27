import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Copy one entry that this consumer owns with this count to the dead-letter stream, and acknowledge it. The copy is made on the
 * server, so that values which are no UTF-8 survive; of an entry deleted meanwhile only the story of its end is left.
 * Answers 1 done, 0 gone, -1 not yours, 2 too many fields for a script (about 3,500).
 *
 * KEYS: the stream, the dead-letter stream. ARGV: group, consumer, id, count, entries the dead-letter stream keeps, 1 where
 * this group alone reads the stream, so that the entry is deleted; then the fields to add, which replace fields of the same names.
 */
export const deadLetterScript: Script = script(
  heldLua,
  `
local key, group, consumer, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if held(key, group, consumer, { id })[id] ~= tonumber(ARGV[4]) then return absence(key, group, id) end
local range = redis.call('XRANGE', key, id, id)
local fields = range[1] and range[1][2] or {}
local replaced, values = {}, {}
for i = 7, #ARGV, 2 do replaced[ARGV[i]] = true end
for i = 1, #fields, 2 do
  if not replaced[fields[i]] then
    values[#values + 1] = fields[i]
    values[#values + 1] = fields[i + 1]
  end
end
for i = 7, #ARGV do values[#values + 1] = ARGV[i] end
if #values > 7000 then return 2 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', unpack(values))
redis.call('XACK', key, group, id)
if ARGV[6] == '1' then redis.call('XDEL', key, id) end
return 1
`,
);
