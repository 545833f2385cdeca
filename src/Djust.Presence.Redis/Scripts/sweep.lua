-- ARGV  5 dead owner, 6 most users at once
-- Answers whether there is more, then what was published. Fenced: only entries that are still the dead owner's are taken out.
local mark = ARGV[5] .. '\n'
local most = tonumber(ARGV[6])
local users, seen, more = {}, {}, 0
local all = redis.call('HGETALL', ENTRIES)
for i = 1, #all, 2 do
  if string.sub(all[i + 1], 1, #mark) == mark then
    local entry = parse(all[i], all[i + 1])
    if not entry then
      redis.call('HDEL', ENTRIES, all[i])
      gone = true
    elseif not seen[entry.user] then
      if #users == most then
        more = 1
      else
        seen[entry.user] = true
        users[#users + 1] = entry.user
      end
    end
  end
end

local result = { more }
for _, id in ipairs(users) do
  local user = load(id)
  local before = look(user)
  local hub = ''
  for _, entry in ipairs(copy(user.list)) do
    if entry.owner == ARGV[5] then
      hub = entry.hub
      remove(user, entry)
    end
  end
  save(user)
  local changed, body = settle(user, before, 'node_lost', hub)
  if changed then
    result[#result + 1] = body
  end
end
finish()
return result
