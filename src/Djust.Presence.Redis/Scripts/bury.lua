-- Marks every owner whose lease has run out as dead, for good. Answers the time and all that `nodes` has then.
local all = read()
local buried = false
for i = 1, #all, 2 do
  local member = all[i]
  if tonumber(all[i + 1]) <= now then
    if is_owner(member) then
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
