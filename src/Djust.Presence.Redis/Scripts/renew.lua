-- ARGV  4 owner, or '' to read only, 5 timeout in ms, 6 whether the owner may be new (1), 7 owner before it that stays alive as long or '',
--       8 id for a store that has none, 9 whether to renew lifetimes (1)
-- Answers the time, what became of the lease, and all that `nodes` has.
local owner, timeout = ARGV[4], tonumber(ARGV[5])
local all = read()
if owner == '' then
  return { number(now), 'read', all }
end

local scores, store = {}, nil
for i = 1, #all, 2 do
  scores[all[i]] = tonumber(all[i + 1])
  store = store or (string.sub(all[i], 1, 1) == '@' and all[i]) or nil
end

local mine = scores[owner]
if not mine and ARGV[6] ~= '1' then
  return { number(now), 'lost', all }
end

local before = ARGV[7]
local status = not mine and 'new' or mine <= now and 'late' or 'held'
redis.call('ZADD', NODES, number(now + timeout), owner)
if before ~= '' then
  redis.call('ZADD', NODES, number(now + timeout), '?' .. owner)
  status = 'fresh'
  if scores[before] then
    status = scores[before] <= now and 'late' or 'held'
    redis.call('ZADD', NODES, number(now + timeout), before)
  end
end
if not store then
  redis.call('ZADD', NODES, STORE_SCORE, '@' .. ARGV[8])
end
if not store or not mine or ARGV[9] == '1' then
  redis.call('PEXPIRE', NODES, LIFETIME)
  redis.call('PEXPIRE', DEADLINES, LIFETIME)
  all = read()
end
if mine and now + timeout < mine then
  tell()
end
return { number(now), status, all }
