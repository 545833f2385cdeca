-- ARGV  4… members to take out of `nodes`
for i = 4, #ARGV do
  redis.call('ZREM', NODES, ARGV[i])
end
local all = tidy()
tell()
return { number(now), 'read', all }
