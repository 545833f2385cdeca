-- ARGV  5 node, 6 life of the caller's lease ('' where it acts for another node), 7 connection, 8 user ('' for one entry), 9 meta, 10 epoch relied on or ''
local node, life, connection, id, meta = ARGV[5], tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]
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
for _, own in ipairs(user.list) do
  if not entry or own.ref == entry.ref then
    own.meta = meta
    own.stamp = next_stamp()
    write(own)
  end
end

entry = entry and user.list[position(user, entry.ref)] or user.list[#user.list]
local changed, body = settle(user, before, 'requested', entry.hub)
finish()
return answer(changed and 'changed' or 'same', entry, false, body)
