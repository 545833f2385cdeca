-- ARGV  4 presence key, 5 how long until the deadline in ms, or '' with 6, 6 the deadline
local deadline = ARGV[5] ~= '' and now + tonumber(ARGV[5]) or tonumber(ARGV[6])
if lower(DEADLINES, ARGV[4], deadline) then
  redis.call('PEXPIRE', DEADLINES, LIFETIME)
end
if lower(NODES, '*', deadline) then
  redis.call('PEXPIRE', NODES, LIFETIME)
end
return 1
