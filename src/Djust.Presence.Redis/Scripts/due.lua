-- ARGV  4 most keys at once
-- Takes the groups whose deadline has passed. Whoever takes them sweeps them and notes what comes next.
local due = redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', number(now), 'LIMIT', 0, ARGV[4])
for _, key in ipairs(due) do
  redis.call('ZREM', DEADLINES, key)
end
local next = redis.call('ZRANGE', DEADLINES, 0, 0, 'WITHSCORES')
if next[2] then
  redis.call('ZADD', NODES, next[2], '*')
else
  redis.call('ZREM', NODES, '*')
end
tidy()
return due
