-- ARGV  5 node, 6 life of the caller's lease ('' where it acts for another node), 7 connection, 8 epoch relied on or '', 9 owners are fresh (1), 10… alive owners
local node, life, connection = ARGV[5], tonumber(ARGV[6]), ARGV[7]
if ARGV[8] ~= '' and ARGV[8] ~= epoch then
  return answer('epoch')
end

local entry = find(node, connection)
if not entry or (life and life_of(entry.owner) > life) then
  return answer('missing')
end

local user = load(entry.user)
local is_alive = alive_owners(10, ARGV[9] == '1')
local others = false
for _, other in ipairs(user.list) do
  if other.ref ~= entry.ref and not other.held and not others then
    local alive = is_alive(other)
    if alive == nil then
      return answer('stale')
    end
    others = alive
  end
end

local before = look(user)
entry = user.list[position(user, entry.ref)]
if others then
  remove(user, entry)
  save(user)
  local changed, body = settle(user, before, 'disconnected', entry.hub)
  finish()
  return answer(changed and 'changed' or 'same', entry, false, body)
end

entry.held = true
write(entry)
return answer('same', entry, true, describe('-', 'disconnected', entry.hub, user, user.list))
