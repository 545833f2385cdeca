-- ARGV  5 node, 6 life of the caller's lease ('' where it acts for another node), 7 connection, 8 user ('' for one entry), 9 reason, 10 epoch relied on or '',
--       11 how long a removal is remembered in ms
local node, life, connection, id, reason = ARGV[5], tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]
if ARGV[10] ~= '' and ARGV[10] ~= epoch then
  return answer('epoch')
end

local entry = id == '' and find(node, connection) or nil
if id == '' and (not entry or (life and life_of(entry.owner) > life)) then
  return answer('missing')
end

local user = load(entry and entry.user or id)
if #user.list == 0 then
  return answer('missing')
end

local before = look(user)
local last
for _, own in ipairs(copy(user.list)) do
  if not entry or own.ref == entry.ref then
    last = own
    remove(user, own)
    if reason == 'removed' then
      redis.call('HSET', REMOVED, id_of(node_of(own.owner), own.connection), own.ref)
      redis.call('PEXPIRE', REMOVED, ARGV[11])
    end
  end
end

if not last then
  return answer('missing')
end

save(user)
local changed, body = settle(user, before, reason, last.hub)
finish()
return answer(changed and 'changed' or 'same', last, false, body)
