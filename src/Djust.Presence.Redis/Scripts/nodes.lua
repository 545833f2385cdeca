-- What every script about the nodes begins with.
-- KEYS  nodes, deadlines   (one hash tag)
-- ARGV  channel, publish command, lifetime of the keys in ms, then the script's own
--
-- nodes      one zset, so that one reading tells all:
--            <owner>  -> end of its lease          !<owner> -> dead, when it was found so; its entries are being swept
--            ?<owner> -> it tells the store anew what it holds         @<id> -> the store's own id, new when it lost its memory
--            *        -> the earliest deadline of any group's heartbeats
-- deadlines  presence key -> a moment at or before the group's earliest deadline
local NODES, DEADLINES = KEYS[1], KEYS[2]
local CHANNEL, PUBLISH, LIFETIME = ARGV[1], ARGV[2], ARGV[3]
local STORE_SCORE = '9000000000000000'

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function number(value)
  return string.format('%.0f', value)
end

local function read()
  return redis.call('ZRANGE', NODES, 0, -1, 'WITHSCORES')
end

local function is_owner(member)
  return not string.find(member, '^[!?@*]')
end

local function tell()
  redis.call(PUBLISH, CHANNEL, 'nodes')
end

-- A lower bound: an earlier one replaces a later one, never the other way round.
local function lower(key, member, moment)
  local score = tonumber(redis.call('ZSCORE', key, member) or nil)
  if not score or moment < score then
    redis.call('ZADD', key, number(moment), member)
    return not score
  end
end

-- Once no owner is left whose entries the store could forget, nothing is kept.
local function tidy()
  local all = read()
  if #all == 2 and string.sub(all[1], 1, 1) == '@' then
    redis.call('DEL', NODES)
    return {}
  end
  return all
end
