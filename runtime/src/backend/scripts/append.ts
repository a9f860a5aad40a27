import { type Script, script } from './script.js';

/**
 * Append entries to one stream, each with a result of its own: its id, `full`, or `-` and the error's text.
 *
 * KEYS: the stream. ARGV: the length from which on entries are refused, or `''`; then for each entry the
 * number of its values, and the values (name, value, name, value, …).
 */
export const appendScript: Script = script(`
local room = math.huge
if ARGV[1] ~= '' then room = tonumber(ARGV[1]) - redis.call('XLEN', KEYS[1]) end
local results = {}
local at = 2
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  if room <= 0 then
    results[#results + 1] = 'full'
  else
    local reply = redis.pcall('XADD', KEYS[1], '*', unpack(ARGV, at + 1, last))
    if type(reply) == 'table' then
      results[#results + 1] = '-' .. reply.err
    else
      results[#results + 1] = reply
      room = room - 1
    end
  end
  at = last + 1
end
return results
`);
