-- What the scripts share by which a node tells a store that was away, or has lost its memory, what there is.
local SPREAD = 1000

-- Puts an entry among those of its user, with another number where its own is taken.
local function insert(user, entry, node)
  if redis.call('HEXISTS', ENTRIES, entry.ref) == 1 then
    entry.ref = number(last_ref + 1)
  end
  last_ref = math.max(last_ref, tonumber(entry.ref))
  entry.joined = user.list[1] and user.list[1].joined or entry.joined
  last_joined = math.max(last_joined, tonumber(entry.joined))
  local place = #user.list + 1
  while place > 1 and tonumber(user.list[place - 1].ref) > tonumber(entry.ref) do
    place = place - 1
  end
  table.insert(user.list, place, entry)
  user.first = user.first or entry.ref
  redis.call('HSET', IDS, id_of(node, entry.connection), entry.ref)
  dirty = true
  save(user)
  return entry
end

-- In place of a connection that only its own node knows: after the store lost its memory another one has told of the entry.
local function stand_in(ref)
  return '\1' .. ref
end

local function told_by(node)
  return 'told\n' .. node
end
