-- What a node knows of a group that the store has lost: entries of others, until their nodes speak for themselves, and its own that have gone
-- meanwhile, whose end is told next. So the group goes on from where it was, and whoever stays is there all along. Nodes may know more or less
-- of the last changes: whoever knows more corrects what is here, whoever knows less adds nothing but what the other cannot know.
-- ARGV  5 node, 6 epoch that was lost, 7 version in it that the node knew, 8 in the last call about the group all refs that were in it, with a
--       space before and after each, or '' where the node did not follow it and knows only its own; then for each entry, those with the highest refs first: owner, connection or '', user, ref, joined, stamp,
--       meta, timeout in ms or ''
-- Answers whether another node has been here before.
local me, lost_epoch, lost_version, all_refs = ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8]
local FIELDS = 8
if existed and epoch == lost_epoch then
  return 0
end

local restored = redis.call('HMGET', STATE, 'restored_epoch', 'restored_version', 'restored_by')
local is_same = restored[1] == lost_epoch
local knows_less = is_same and tonumber(restored[2]) >= lost_version
local knows_more = is_same and not knows_less
local spoken = {}

local function has_spoken(node)
  if spoken[node] == nil then
    spoken[node] = node ~= '' and redis.call('HEXISTS', STATE, told_by(node)) == 1
  end
  return spoken[node]
end

local function there(ref)
  local text = redis.call('HGET', ENTRIES, ref)
  return text and parse(ref, text)
end

-- Whether an entry is not to be made: it is here under its own connection, its node has said that it has none, or somebody who knows more has.
local function is_settled(at, node)
  if node ~= me and (has_spoken(node) or (knows_less and node ~= restored[3])) then
    return true
  end
  local found = there(ARGV[at + 3])
  return found and found.user == ARGV[at + 2] and node_of(found.owner) == node
end

local function correct(known, at)
  if known.stamp < tonumber(ARGV[at + 5]) then
    local user = load(known.user)
    local before = look(user)
    local entry = user.list[position(user, known.ref)]
    entry.meta, entry.stamp = ARGV[at + 6], tonumber(ARGV[at + 5])
    last_stamp = math.max(last_stamp, entry.stamp)
    dirty = true
    write(entry)
    settle(user, before, 'requested', '')
  end
end

local function add(at, node, connection)
  local user = load(ARGV[at + 2])
  local before = look(user)
  user.first = user.first or '0'
  local entry = insert(user, { ref = ARGV[at + 3], owner = ARGV[at], connection = connection, user = user.id, joined = ARGV[at + 4],
    stamp = tonumber(ARGV[at + 5]), held = false, hub = '', meta = ARGV[at + 6] }, node)
  last_stamp = math.max(last_stamp, entry.stamp)
  write(entry)
  if ARGV[at + 7] ~= '' then
    beat(entry, tonumber(ARGV[at + 7]))
  end
  settle(user, before, 'requested', '')
end

for at = 9, #ARGV, FIELDS do
  local node = node_of(ARGV[at])
  local connection = ARGV[at + 1] ~= '' and ARGV[at + 1] or stand_in(ARGV[at + 3])
  local known = find(node, connection)
  if known then
    correct(known, at)
  elseif not is_settled(at, node) then
    add(at, node, connection)
  end
end

if all_refs ~= '' and knows_more then
  local ids = redis.call('HGETALL', IDS)
  for i = 1, #ids, 2 do
    local node, ref = string.match(ids[i], '^([^\n]*)\n\1(%d+)$')
    if node and node ~= restored[3] and not string.find(all_refs, ' ' .. ref .. ' ', 1, true) then
      -- It had gone before the memory was lost, and whoever took it out has said so.
      local user = load(there(ids[i + 1]).user)
      local before = look(user)
      remove(user, user.list[position(user, ids[i + 1])])
      save(user)
      settle(user, before, 'requested', '')
    end
  end
end

if not restored[1] then
  -- Others may have seen later numbers, which nobody is to be given again; and what is written from now on is newer than all that they tell of.
  last_ref = last_ref + SPREAD
  last_stamp = last_stamp + SPREAD
  dirty = dirty or existed
end
finish()
if redis.call('EXISTS', STATE) == 1 and all_refs ~= '' and not knows_less then
  redis.call('HSET', STATE, 'restored_epoch', lost_epoch, 'restored_version', number(lost_version), 'restored_by', me)
end
return restored[1] and restored[3] ~= me and 1 or 0
