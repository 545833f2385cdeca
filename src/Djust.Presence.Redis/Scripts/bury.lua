-- Marks every owner whose lease has run out as dead, for good. Answers the time and all that `nodes` has then.
-- ARGV  4… owners that are spared: they could not renew their leases, since the store was away
local all = read()
local buried, spared = false, {}
for i = 4, #ARGV do
  spared[ARGV[i]] = true
end
for i = 1, #all, 2 do
  local member = all[i]
  if tonumber(all[i + 1]) <= now then
    if is_owner(member) and not spared[member] then
      redis.call('ZREM', NODES, member)
      redis.call('ZADD', NODES, number(now), '!' .. member)
      buried = true
    elseif string.sub(member, 1, 1) == '?' then
      redis.call('ZREM', NODES, member)
    end
  end
end
if buried then
  tell()
  all = read()
end
return { number(now), 'read', all }
