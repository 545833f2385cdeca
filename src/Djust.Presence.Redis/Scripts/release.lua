-- ARGV  4 owner: its lease ends now, and whoever reads this can clean up after it
if redis.call('ZREM', NODES, ARGV[4]) == 1 then
  redis.call('ZADD', NODES, number(now), '!' .. ARGV[4])
end
redis.call('ZREM', NODES, '?' .. ARGV[4])
tell()
return { number(now), 'read', read() }
