// Liveness is decided by the store's clock.
export default [
  {
    name: "redis: a lease's end is compared with the date of this node",
    rule: "one clock: the store's",
    file: 'src/Djust.Presence.Redis/Nodes/LeaseTable.cs',
    find: 'AskedAt + (storeTime - StoreTime);',
    replace: 'NodeLeases.Now + (storeTime - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());',
    tests: ['LeaseTableTests.Times_of_the_store_are_told_as_times_of_this_node', 'ClockSkewTests.Nodes_whose_clocks_are_minutes_off_drop_nobody_and_keep_nobody_who_is_dead'],
  },
  {
    name: 'redis: a lease is written with the date of its node',
    rule: "one clock: the store's",
    file: 'src/Djust.Presence.Redis/Scripts/nodes.lua',
    find: 'local now = clock[1] * 1000 + math.floor(clock[2] / 1000)',
    replace: 'local now = tonumber(DATE)',
    also: [
      {
        file: 'src/Djust.Presence.Redis/Scripts/nodes.lua',
        find: 'local CHANNEL, PUBLISH, LIFETIME = ARGV[1], ARGV[2], ARGV[3]',
        replace: "local CHANNEL, DATE = string.match(ARGV[1], '^(.*)\\n(%d+)$')\nlocal PUBLISH, LIFETIME = ARGV[2], ARGV[3]",
      },
      {
        file: 'src/Djust.Presence.Redis/Nodes/NodeLeases.cs',
        find: '[keys.NodesChannel.ToString(), ',
        replace: '[$"{keys.NodesChannel}\\n{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}", ',
      },
    ],
    tests: ['ClockTests.Scripts_that_compare_times_take_them_from_Redis', 'ClockSkewTests.Nodes_whose_clocks_are_minutes_off_drop_nobody_and_keep_nobody_who_is_dead'],
  },
  {
    name: 'redis: a group takes the time from whoever calls',
    rule: "one clock: the store's",
    file: 'src/Djust.Presence.Redis/Scripts/group.lua',
    find: 'local now = clock[1] * 1000 + math.floor(clock[2] / 1000)',
    replace: 'local now = tonumber(ARGV[5]) or clock[1] * 1000',
    tests: ['ClockTests.Scripts_that_compare_times_take_them_from_Redis'],
  },
]
