-- What every script about a group begins with. One call is one step: it reads what it needs, decides, writes, publishes.
-- KEYS  entries users ids state beats removed   (one hash tag)
-- ARGV  channel, publish command, lifetime of the keys in ms, epoch for a group that does not exist, then the script's own
--
-- entries  ref -> owner \n connection \n user \n joined \n stamp \n held \n hub \n meta
-- users    user -> ref of the entry that made them join \n refs, ascending
-- ids      node \n connection -> ref
-- state    epoch, version, ref, stamp, joined (last given out), touched (when the lifetimes were renewed); after the store lost its memory also
--          restored_epoch, restored_version, restored_by (who has told best what there was), told \n node (it has told all that it holds)
-- beats    ref -> deadline, of entries without an owner
-- removed  node \n connection -> ref, of entries that the application took out
local ENTRIES, USERS, IDS, STATE, BEATS, REMOVED = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local CHANNEL, PUBLISH, LIFETIME = ARGV[1], ARGV[2], ARGV[3]
local TOUCH_INTERVAL = 3600000
local CHUNK = 1000

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local known = redis.call('HMGET', STATE, 'epoch', 'version', 'ref', 'stamp', 'joined', 'touched')
local existed = known[1] and true or false
local epoch = known[1] or ARGV[4]
local version = tonumber(known[2] or 0)
local last_ref = tonumber(known[3] or 0)
-- A group's stamps begin with the time: what is written after the store lost its memory is newer than all that nodes tell of before.
local last_stamp = tonumber(known[4] or now)
local last_joined = tonumber(known[5] or 0)
local touched = tonumber(known[6] or 0)
local dirty, gone = false, false

local function number(value)
  return string.format('%.0f', value)
end

local function parse(ref, text)
  local owner, connection, user, joined, stamp, held, hub, meta =
    string.match(text, '^([^\n]*)\n([^\n]*)\n([^\n]+)\n(%d+)\n(%d+)\n([01])\n([^\n]*)\n(.+)$')
  if not owner then
    return nil
  end
  return { ref = ref, owner = owner, connection = connection, user = user, joined = joined,
    stamp = tonumber(stamp), held = held == '1', hub = hub, meta = meta }
end

local function id_of(node, connection)
  return node .. '\n' .. connection
end

local function node_of(owner)
  return string.match(owner, '^(.*)%.%d+$') or ''
end

local function life_of(owner)
  return tonumber(string.match(owner, '%.(%d+)$') or 0)
end

local function write(entry)
  redis.call('HSET', ENTRIES, entry.ref, table.concat({ entry.owner, entry.connection, entry.user, entry.joined,
    number(entry.stamp), entry.held and '1' or '0', entry.hub, entry.meta }, '\n'))
end

local function find(node, connection)
  local ref = redis.call('HGET', IDS, id_of(node, connection))
  local text = ref and redis.call('HGET', ENTRIES, ref)
  return text and parse(ref, text) or nil
end

-- The user with all entries, in the order of their refs; without any where there is no such user.
local function load(id)
  local user = { id = id, list = {} }
  local first, refs = string.match(redis.call('HGET', USERS, id) or '', '^(%d+)\n([%d ]+)$')
  if not first then
    return user
  end
  user.first = first
  local names = {}
  for ref in string.gmatch(refs, '%d+') do
    names[#names + 1] = ref
  end
  for from = 1, #names, CHUNK do
    local to = math.min(from + CHUNK - 1, #names)
    local texts = redis.call('HMGET', ENTRIES, unpack(names, from, to))
    for i = from, to do
      local text = texts[i - from + 1]
      local entry = text and parse(names[i], text)
      if entry and entry.user == id then
        user.list[#user.list + 1] = entry
      end
    end
  end
  return user
end

local function copy(list)
  local result = {}
  for i, item in ipairs(list) do
    result[i] = item
  end
  return result
end

local function position(user, ref)
  for i, entry in ipairs(user.list) do
    if entry.ref == ref then
      return i
    end
  end
end

local function newest(list)
  local found = list[1]
  for _, entry in ipairs(list) do
    if entry.stamp > found.stamp then
      found = entry
    end
  end
  return found
end

-- What observers see of a user, as text to compare.
local function look(user)
  if #user.list == 0 then
    return nil
  end
  local meta = newest(user.list).meta
  local parts = {}
  for _, entry in ipairs(user.list) do
    parts[#parts + 1] = entry.ref
    parts[#parts + 1] = entry.meta == meta and '' or entry.meta
  end
  return { meta = meta, connections = table.concat(parts, '\n'), list = copy(user.list) }
end

local function describe(kind, reason, hub, user, list)
  local meta = newest(list).meta
  local parts = { 'c', epoch, number(version), kind, reason, hub, user.id, list[1].joined, user.first or '0', meta }
  for _, entry in ipairs(list) do
    local deadline = entry.deadline or (entry.owner == '' and redis.call('ZSCORE', BEATS, entry.ref)) or 0
    parts[#parts + 1] = entry.ref
    parts[#parts + 1] = entry.owner
    parts[#parts + 1] = number(deadline)
    parts[#parts + 1] = number(entry.stamp)
    parts[#parts + 1] = entry.meta == meta and '' or entry.meta
  end
  return table.concat(parts, '\n')
end

local function save(user)
  if #user.list == 0 then
    redis.call('HDEL', USERS, user.id)
    return
  end
  local refs = {}
  for i, entry in ipairs(user.list) do
    refs[i] = entry.ref
  end
  redis.call('HSET', USERS, user.id, (user.first or refs[1]) .. '\n' .. table.concat(refs, ' '))
end

-- Takes an entry out of its user, and out of the store.
local function remove(user, entry)
  table.remove(user.list, position(user, entry.ref))
  if entry.owner == '' then
    entry.deadline = redis.call('ZSCORE', BEATS, entry.ref) or 0
    redis.call('ZREM', BEATS, entry.ref)
  end
  redis.call('HDEL', ENTRIES, entry.ref)
  redis.call('HDEL', IDS, id_of(node_of(entry.owner), entry.connection))
  gone = true
end

local function announce_owner(owner, refs)
  redis.call(PUBLISH, CHANNEL, table.concat({ 'o', epoch, number(version), owner, refs }, '\n'))
end

-- Compares what a user looked like before with now, and commits the difference. The answer is what was published, or as much.
local function settle(user, before, reason, hub)
  local after = look(user)
  if before and after and before.meta == after.meta and before.connections == after.connections then
    return false, describe('-', reason, hub, user, user.list)
  end
  if not before and not after then
    return false, nil
  end
  local kind = not before and 'j' or not after and 'l' or before.meta == after.meta and 'c' or 'u'
  version = version + 1
  dirty = true
  local body = describe(kind, reason, hub, user, after and user.list or before.list)
  redis.call(PUBLISH, CHANNEL, body)
  return true, body
end

-- Writes the numbering and renews lifetimes; a group that is empty leaves nothing behind.
local function finish()
  if gone and redis.call('HLEN', ENTRIES) == 0 then
    redis.call('DEL', ENTRIES, USERS, IDS, STATE, BEATS)
    return
  end
  local stale = now - touched > TOUCH_INTERVAL or now < touched
  if dirty then
    redis.call('HSET', STATE, 'epoch', epoch, 'version', number(version), 'ref', number(last_ref), 'stamp', number(last_stamp),
      'joined', number(last_joined), 'touched', number(stale and now or touched))
  end
  if dirty and stale then
    redis.call('PEXPIRE', ENTRIES, LIFETIME)
    redis.call('PEXPIRE', USERS, LIFETIME)
    redis.call('PEXPIRE', IDS, LIFETIME)
    redis.call('PEXPIRE', STATE, LIFETIME)
    redis.call('PEXPIRE', BEATS, LIFETIME)
  end
end

local function beat(entry, timeout)
  entry.deadline = now + timeout
  redis.call('ZADD', BEATS, number(entry.deadline), entry.ref)
  redis.call('PEXPIRE', BEATS, LIFETIME)
end

local function next_stamp()
  last_stamp = last_stamp + 1
  dirty = true
  return last_stamp
end

local function answer(outcome, entry, held, body)
  return { outcome, entry and tonumber(entry.ref) or 0, held and 1 or 0, body or '' }
end

-- The owners that the caller takes for alive stand in ARGV from `from` on. What it does not know is nil, unless it has just looked.
local function alive_owners(from, fresh)
  local owners = {}
  for i = from, #ARGV do
    owners[ARGV[i]] = true
  end
  return function(entry)
    if entry.owner == '' then
      return tonumber(redis.call('ZSCORE', BEATS, entry.ref) or 0) > now
    end
    if owners[entry.owner] then
      return true
    end
    if fresh then
      return false
    end
    return nil
  end
end
