-- What a node holds, told to a store that was away or has lost its memory. Entries that are there pass to the node's new lease.
-- ARGV  5 node, 6 owner, 7 epoch that the node knew or '', 8 version that the node knew, 9 whether its lease had run out (1),
--       10 whether this is the last that the node tells a store that had lost its memory (1), then for each item: kind, connection, user, hub, meta, flags, ref, joined, stamp, timeout in ms or ''
--       kind   'keep' or the reason why it has gone
--       flags  c: the store had it; m: the meta is newer than the store's; h: held
-- Answers epoch and version, then for each item: outcome, ref, and what was published, or the user as they are.
local node, owner, known_epoch, known_version = ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8])
local was_swept = ARGV[9] == '1'
local FIELDS = 10
local lost = known_epoch ~= '' and epoch ~= known_epoch
if known_epoch == epoch and version < known_version then
  -- The store came back with less than it had said: these numbers have been used.
  epoch = ARGV[4]
  lost = true
  dirty = true
end

local result, moved = {}, {}

local function add(outcome, entry, body)
  result[#result + 1] = outcome
  result[#result + 1] = entry and tonumber(entry.ref) or 0
  result[#result + 1] = body or ''
end

-- An entry by its connection, or by its number where another node has told of it.
local function find_told(at, holder)
  local entry = find(holder, ARGV[at + 1])
  if entry then
    return entry
  end
  local there = find(holder, stand_in(ARGV[at + 6]))
  return there and (ARGV[at + 2] == '' or there.user == ARGV[at + 2]) and there or nil
end

local function create(user, at, holder, owned_by)
  local ref = ARGV[at + 6]
  local is_known = lost and string.find(ARGV[at + 5], 'c', 1, true)
  if not is_known and tonumber(ref) <= last_ref then
    ref = number(last_ref + 1)
  end
  local stamp = tonumber(ARGV[at + 8])
  if lost and not string.find(ARGV[at + 5], 'm', 1, true) then
    last_stamp = math.max(last_stamp, stamp)
  else
    stamp = next_stamp()
  end
  return insert(user, { ref = ref, owner = owned_by, connection = ARGV[at + 1], user = user.id, joined = ARGV[at + 7],
    stamp = stamp, held = false, hub = ARGV[at + 3], meta = ARGV[at + 4] }, holder)
end

local function was_removed(holder, connection, ref)
  return redis.call('HGET', REMOVED, id_of(holder, connection)) == ref or redis.call('HGET', REMOVED, id_of(holder, stand_in(ref))) ~= false
end

local function keep(at)
  local connection, id, flags, timeout = ARGV[at + 1], ARGV[at + 2], ARGV[at + 5], tonumber(ARGV[at + 9])
  local holder, owned_by = node, owner
  if timeout then
    holder, owned_by = '', ''
  end
  local entry = find_told(at, holder)
  if entry and (entry.user ~= id or life_of(entry.owner) > life_of(owned_by)) then
    return add('removed')
  end
  if not entry and string.find(flags, 'c', 1, true) then
    if not (lost or was_swept) or was_removed(holder, connection, ARGV[at + 6]) then
      return add('removed')
    end
  end

  local user = load(id)
  local before = look(user)
  local was
  if entry then
    entry = user.list[position(user, entry.ref)]
    was = entry.owner
    entry.owner = owned_by
    entry.hub = ARGV[at + 3]
    if string.find(flags, 'm', 1, true) then
      entry.meta = ARGV[at + 4]
      entry.stamp = next_stamp()
    elseif entry.connection ~= connection and tonumber(ARGV[at + 8]) > entry.stamp then
      -- Whoever told of it knew an older one.
      entry.meta = ARGV[at + 4]
      entry.stamp = tonumber(ARGV[at + 8])
      last_stamp = math.max(last_stamp, entry.stamp)
      dirty = true
    end
    if entry.connection ~= connection then
      -- In this order: a hash that becomes empty is gone, and the one that follows it has no lifetime.
      redis.call('HSET', IDS, id_of(holder, connection), entry.ref)
      redis.call('HDEL', IDS, id_of(holder, entry.connection))
      entry.connection = connection
    end
  else
    entry = create(user, at, holder, owned_by)
    was = owned_by
  end
  entry.held = string.find(flags, 'h', 1, true) ~= nil
  write(entry)
  if timeout then
    beat(entry, timeout)
  end
  local changed, body = settle(user, before, 'requested', entry.hub)
  if was ~= owned_by and not changed then
    moved[#moved + 1] = entry.ref
  end
  add(changed and 'changed' or 'same', entry, body)
end

local function drop(at)
  local entry = find_told(at, ARGV[at + 9] == '' and node or '')
  if not entry or life_of(entry.owner) > life_of(owner) then
    return add('missing')
  end
  local user = load(entry.user)
  local before = look(user)
  entry = user.list[position(user, entry.ref)]
  remove(user, entry)
  save(user)
  -- A hash that becomes empty here and is filled again by the next item has no lifetime until it is given one.
  touched = 0
  local changed, body = settle(user, before, ARGV[at], entry.hub)
  add(changed and 'changed' or 'same', entry, changed and body)
end

for at = 11, #ARGV, FIELDS do
  if ARGV[at] == 'keep' then
    keep(at)
  else
    drop(at)
  end
end
if #moved > 0 then
  announce_owner(owner, table.concat(moved, ' '))
end
finish()
if ARGV[10] == '1' and redis.call('EXISTS', STATE) == 1 then
  redis.call('HSET', STATE, told_by(node), '1')
end
table.insert(result, 1, number(version))
table.insert(result, 1, epoch)
return result
