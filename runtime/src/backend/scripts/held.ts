/**
 * Lua functions that other scripts begin with.
 *
 * `held(key, group, consumer, ids)`: the delivery counts of those entries that are pending under the consumer,
 * by id; entries that are not asked for may be among them. `ids` ascend. Pages through the consumer's list from one wanted
 * id to the next, since one range costs half of what a look-up for each id does; where few of a page are
 * wanted, the pages become smaller.
 *
 * `absence(key, group, id)`: why a consumer does not hold an entry: 0 not pending at all, -1 another's or another delivery.
 *
 * `content(key, ids, counts)`: id, count and fields of those entries that exist.
 */
export const heldLua: string = `
local function held(key, group, consumer, ids)
  local counts, place = {}, nil
  local at, page = 1, #ids
  while at <= #ids do
    local list = redis.call('XPENDING', key, group, ids[at], ids[#ids], page, consumer)
    local next, hits = at, 0
    for _, pending in ipairs(list) do
      local id = pending[1]
      counts[id] = pending[4]
      local found = next
      if id ~= ids[next] then
        if not place then
          place = {}
          for i, wanted in ipairs(ids) do place[wanted] = i end
        end
        found = place[id]
      end
      if found then
        hits = hits + 1
        next = found + 1
      end
    end
    if #list < page then break end
    if hits == 0 then next = at + 1 end
    at = next
    page = math.max(1, math.min(2 * hits, #ids - next + 1))
  end
  return counts
end

local function absence(key, group, id)
  if #redis.call('XPENDING', key, group, id, id, 1) == 0 then return 0 end
  return -1
end

local function content(key, ids, counts)
  local entries = {}
  for _, id in ipairs(ids) do
    local range = redis.call('XRANGE', key, id, id)
    if #range > 0 then entries[#entries + 1] = { id, counts[id], range[1][2] } end
  end
  return entries
end
`;
