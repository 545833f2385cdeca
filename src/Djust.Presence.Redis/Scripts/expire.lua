-- ARGV  5 most entries at once
-- Takes out entries whose heartbeats have stopped. Answers the next deadline or '', whether there is more, then what was published.
local due = redis.call('ZRANGEBYSCORE', BEATS, '-inf', number(now), 'LIMIT', 0, ARGV[5])
local result = { '', #due == tonumber(ARGV[5]) and 1 or 0 }
for _, ref in ipairs(due) do
  local text = redis.call('HGET', ENTRIES, ref)
  local entry = text and parse(ref, text)
  local user = entry and load(entry.user)
  local at = user and position(user, ref)
  if at then
    local before = look(user)
    entry = user.list[at]
    remove(user, entry)
    save(user)
    local changed, body = settle(user, before, 'expired', entry.hub)
    if changed then
      result[#result + 1] = body
    end
  else
    redis.call('ZREM', BEATS, ref)
  end
end
result[1] = redis.call('ZRANGE', BEATS, 0, 0, 'WITHSCORES')[2] or ''
finish()
return result
