import { type Script, script } from './script.js';

/**
 * Append entries to one stream, each with a result of its own: its id, `full`, or `-` and the error's text; all
 * in one text, a line each, since a reply of many parts costs the client more than the work itself.
 *
 * KEYS: the stream. ARGV: the length from which on entries are refused, or `''`; then runs of entries with
 * equal field names: how many entries, how many fields (names and values), the places at which not all are equal; then the first
 * entry whole, and of each further one what it has at these places.
 */
export const appendScript: Script = script(`
local pcall, key = redis.pcall, KEYS[1]
local room = math.huge
if ARGV[1] ~= '' then room = tonumber(ARGV[1]) - redis.call('XLEN', key) end
local results = {}
local at = 1
while at < #ARGV do
  local entries, width, places, fields = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), {}, {}
  for place in string.gmatch(ARGV[at + 3], '%d+') do places[#places + 1] = tonumber(place) end
  at = at + 3
  for place = 1, width do fields[place] = ARGV[at + place] end
  at = at + width
  for entry = 1, entries do
    if entry > 1 then
      for i = 1, #places do fields[places[i]] = ARGV[at + i] end
      at = at + #places
    end
    local result = 'full'
    if room > 0 then
      result = pcall('XADD', key, '*', unpack(fields))
      if type(result) == 'table' then result = '-' .. result.err else room = room - 1 end
    end
    results[#results + 1] = result
  end
end
return table.concat(results, '\\n')
`);
