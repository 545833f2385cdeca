-- ARGV  5 epoch before the store lost its memory, 6 user, 7 how long the claim lasts in ms
-- Several nodes find that a user did not come back after the store lost its memory: one of them says so. REMOVED keeps the claim.
local first = redis.call('HSETNX', REMOVED, ARGV[5] .. '\n' .. ARGV[6], '0')
redis.call('PEXPIRE', REMOVED, ARGV[7])
return first
