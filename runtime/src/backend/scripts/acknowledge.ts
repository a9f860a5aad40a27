import { heldLua } from './held.js';
import { type Script, script } from './script.js';

/**
 * Acknowledge entries that this consumer owns with this count. Answers for each 1 done, 0 gone, -1 not yours;
 * or a single 1 where all are done.
 *
 * KEYS: the stream. ARGV: group, consumer, count; then the ids, ascending.
 */
export const acknowledgeScript: Script = acknowledging('');

/** The same for a stream that this group alone reads: what is acknowledged is deleted. */
export const acknowledgeReplayedScript: Script = acknowledging(
  "redis.call('XDEL', key, unpack(mine))",
);

function acknowledging(after: string): Script {
  return script(
    heldLua,
    `
local key, group, consumer, count = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local ids = { unpack(ARGV, 4) }
local counts = held(key, group, consumer, ids)
local mine, settled = {}, 0
for _, id in ipairs(ids) do
  if counts[id] == count then
    settled = settled + 1
    mine[settled] = id
  end
end
if settled > 0 then
  redis.call('XACK', key, group, unpack(mine))
  ${after}
end
if settled == #ids then return 1 end
local results = {}
for i, id in ipairs(ids) do
  if counts[id] == count then results[i] = 1 else results[i] = absence(key, group, id) end
end
return results
`,
  );
}
