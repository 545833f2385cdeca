-- ARGV  5 node, 6 owner ('' for an entry on its own heartbeat), 7 connection, 8 user, 9 hub, 10 meta, 11 keep meta (1), 12 timeout in ms or '',
--       13 most entries of a user, 14 epoch that the caller relies on or '', 15 ref that the caller had, 16 owners are fresh (1), 17… alive owners
local node, owner, connection, id, hub, meta = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local keep_meta, timeout, most = ARGV[11] == '1', tonumber(ARGV[12]), tonumber(ARGV[13])
if ARGV[14] ~= '' and ARGV[14] ~= epoch then
  return answer('epoch')
end

local entry = find(node, connection)
if entry and entry.user ~= id then
  return answer('other')
end
if entry and life_of(entry.owner) > life_of(owner) then
  return answer('fenced')
end

local user = load(id)
local before = look(user)
local moved = false
if entry then
  entry = user.list[position(user, entry.ref)]
  moved = entry.owner ~= owner
elseif not timeout then
  for _, other in ipairs(user.list) do
    if other.held and not entry then
      entry = other
    end
  end
  if entry then
    -- In this order: a hash that becomes empty is gone, and the one that follows it has no lifetime.
    redis.call('HSET', IDS, id_of(node, connection), entry.ref)
    redis.call('HDEL', IDS, id_of(node_of(entry.owner), entry.connection))
    entry.connection = connection
    moved = true
    if user.first == entry.ref then
      -- Whose answer is lost from now on is not the one that made the user join.
      user.first = '0'
      save(user)
    end
  end
end

if entry then
  entry.owner = owner
  entry.held = false
  entry.hub = hub
  if not keep_meta then
    entry.meta = meta
    entry.stamp = next_stamp()
  end
else
  if keep_meta and ARGV[15] ~= '0' and redis.call('HGET', REMOVED, id_of(node, connection)) == ARGV[15] then
    return answer('removed')
  end
  if #user.list >= most then
    local is_alive = alive_owners(17, ARGV[16] == '1')
    local count = 0
    for _, other in ipairs(user.list) do
      if not other.held then
        local alive = is_alive(other)
        if alive == nil then
          return answer('stale')
        end
        count = count + (alive and 1 or 0)
      end
    end
    if count >= most then
      return answer('many')
    end
  end

  last_ref = last_ref + 1
  local joined = user.list[1] and user.list[1].joined
  if not joined then
    last_joined = math.max(last_joined, now)
    joined = number(last_joined)
  end
  entry = { ref = number(last_ref), owner = owner, connection = connection, user = id, joined = joined,
    stamp = next_stamp(), held = false, hub = hub, meta = meta }
  user.list[#user.list + 1] = entry
  user.first = user.first or entry.ref
  redis.call('HSET', IDS, id_of(node, connection), entry.ref)
  save(user)
end

write(entry)
if timeout then
  beat(entry, timeout)
end
local changed, body = settle(user, before, 'requested', hub)
if moved and not changed then
  announce_owner(owner, entry.ref)
end
finish()
return answer(changed and 'changed' or 'same', entry, false, body)
