-- ARGV  5 connection, 6 timeout in ms
-- Answers whether the entry was alive, its deadline before and its deadline now.
local entry = find('', ARGV[5])
local deadline = entry and entry.owner == '' and tonumber(redis.call('ZSCORE', BEATS, entry.ref) or 0) or 0
if deadline <= now then
  return { 0, '0', '0' }
end
beat(entry, tonumber(ARGV[6]))
return { 1, number(deadline), number(entry.deadline) }
