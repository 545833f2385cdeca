-- What a node knows of a group that the store has lost: entries of others, until their nodes speak for themselves, and its own that have gone
-- meanwhile, whose end is told next. So the group goes on from where it was, and whoever stays is there all along.
-- ARGV  5 epoch that was lost, then for each entry, those with the highest refs first: owner, connection or '', user, ref, joined, stamp, meta,
--       timeout in ms or ''
-- Answers whether a node has been here before.
local FIELDS = 8
if existed and epoch == ARGV[5] then
  return 0
end

local was_restored = redis.call('HEXISTS', STATE, 'restored')
local spoken = {}

-- Whether the entry is here already, or its node has said that it is not.
local function is_known(at, node, connection)
  if redis.call('HEXISTS', IDS, id_of(node, connection)) == 1 then
    return true
  end
  if spoken[node] == nil then
    spoken[node] = node ~= '' and redis.call('HEXISTS', STATE, told_by(node)) == 1
  end
  local text = redis.call('HGET', ENTRIES, ARGV[at + 3])
  local there = text and parse(ARGV[at + 3], text)
  return spoken[node] or (there and there.user == ARGV[at + 2] and node_of(there.owner) == node)
end

for at = 6, #ARGV, FIELDS do
  local owner, ref = ARGV[at], ARGV[at + 3]
  local node = node_of(owner)
  local connection = ARGV[at + 1] ~= '' and ARGV[at + 1] or stand_in(ref)
  if not is_known(at, node, connection) then
    local user = load(ARGV[at + 2])
    local before = look(user)
    user.first = user.first or '0'
    local entry = insert(user, { ref = ref, owner = owner, connection = connection, user = user.id, joined = ARGV[at + 4],
      stamp = tonumber(ARGV[at + 5]), held = false, hub = '', meta = ARGV[at + 6] }, node)
    last_stamp = math.max(last_stamp, entry.stamp)
    write(entry)
    if ARGV[at + 7] ~= '' then
      beat(entry, tonumber(ARGV[at + 7]))
    end
    settle(user, before, 'requested', '')
  end
end

if was_restored == 0 then
  -- Others may have seen later numbers, which nobody is to be given again.
  last_ref = last_ref + SPREAD
  dirty = dirty or existed
end
finish()
if dirty then
  redis.call('HSET', STATE, 'restored', '1')
end
return was_restored
