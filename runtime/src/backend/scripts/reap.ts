import { type Script, script } from './script.js';

/**
 * Delete the names of consumers that have nothing pending and did nothing for a while. Answers the names.
 *
 * KEYS: the stream. ARGV: group, least idle ms, the name that stays.
 */
export const reapScript: Script = script(`
-- Says NOGROUP, which XINFO does not where the stream is absent.
redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1)
local names = {}
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #info, 2 do consumer[info[i]] = info[i + 1] end
  if consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) and consumer.name ~= ARGV[3] then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    names[#names + 1] = consumer.name
  end
end
return names
`);
