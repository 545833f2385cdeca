-- The store has lost its memory. A node says which leases there were before, so that what lived on them is not taken for dead before its node
-- can say so itself: each lives on for some time, unless its node has told the store anew already.
-- ARGV  4… owner, and for how long in ms
-- Answers the time, what happened, and all that `nodes` has then: what is on it now may be restored.
local all = read()
local scores, told = {}, {}
for i = 1, #all, 2 do
  scores[all[i]] = true
end
for member in pairs(scores) do
  local node, life = string.match(member, '^([^!?@*].*)%.(%d+)$')
  if node and not scores['?' .. member] then
    told[node] = math.max(told[node] or 0, tonumber(life))
  end
end

local vouched = false
for i = 4, #ARGV, 2 do
  local node, life = string.match(ARGV[i], '^(.*)%.(%d+)$')
  if node and not scores[ARGV[i]] and not scores['!' .. ARGV[i]] and (told[node] or 0) <= tonumber(life) then
    redis.call('ZADD', NODES, number(now + tonumber(ARGV[i + 1])), ARGV[i])
    vouched = true
  end
end
if vouched then
  redis.call('PEXPIRE', NODES, LIFETIME)
  tell()
  all = read()
end
return { number(now), 'read', all }
