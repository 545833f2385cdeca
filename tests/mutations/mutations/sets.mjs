// Everything about users derives from the set of their connections. A count that goes up and down drifts.
const memory = 'src/Djust.Presence/Backends/Memory'
const scripts = 'src/Djust.Presence.Redis/Scripts'

export default [
  {
    name: 'memory: tabs are counted up with each join and down with each end',
    rule: 'sets, not counters',
    file: `${memory}/MemoryGroup.cs`,
    find: 'if (user.Entries.Length == 0)',
    replace: 'if (user.Entries.Length == 0 && user.Tabs > 0)\n        {\n            return null;\n        }\n\n        if (user.Entries.Length == 0)',
    also: [
      { file: `${memory}/MemoryUser.cs`, find: 'public Presence? Shown { get; set; }', replace: 'public Presence? Shown { get; set; }\n\n    public int Tabs { get; set; }' },
      { file: `${memory}/MemoryGroup.cs`, find: 'entry.User.Remove(entry);', replace: 'entry.User.Remove(entry);\n        entry.User.Tabs--;' },
      { file: `${memory}/MemoryPresenceBackend.cs`, find: 'entry.Hub = join.Hub;', replace: 'entry.Hub = join.Hub;\n        entry.User.Tabs++;' },
    ],
    tests: ['MemoryPresenceBackendTests.After_a_take_over_the_entry_lives_and_leaves_with_its_new_owner', 'MemoryPresenceBackendTests.Random_histories_are_what_a_naive_model_says'],
  },
  {
    name: 'redis: tabs are counted up with each join and down with each end',
    rule: 'sets, not counters',
    file: `${scripts}/group.lua`,
    find: 'local after = look(user)',
    replace: "local after = tonumber(redis.call('HGET', STATE, 'tabs\\n' .. user.id) or 0) > 0 and (look(user) or before) or nil",
    also: [
      { file: `${scripts}/group.lua`, find: "redis.call('HDEL', ENTRIES, entry.ref)", replace: "redis.call('HDEL', ENTRIES, entry.ref)\n  redis.call('HINCRBY', STATE, 'tabs\\n' .. user.id, -1)" },
      { file: `${scripts}/join.lua`, find: 'write(entry)\nif timeout then', replace: "redis.call('HINCRBY', STATE, 'tabs\\n' .. id, 1)\nwrite(entry)\nif timeout then" },
    ],
    tests: ['RedisContractTests.After_a_take_over_the_entry_lives_and_leaves_with_its_new_owner', 'RedisContractTests.Random_histories_are_what_a_naive_model_says'],
  },
  {
    name: 'memory: each further tab is a join',
    rule: 'a join is the first connection of a user, and no other',
    file: `${memory}/MemoryGroup.cs`,
    find: 'var kind = shown is null ? PresenceChangeKind.Join',
    replace: 'var kind = shown is null || now.Connections.Length > shown.Connections.Length ? PresenceChangeKind.Join',
    tests: ['MemoryPresenceBackendTests.A_second_tab_is_a_change_of_connections_and_no_join', 'MemoryPresenceBackendTests.A_hundred_connections_of_a_user_at_once_are_one_join_and_later_one_leave'],
  },
  {
    name: 'redis: each further tab is a join',
    rule: 'a join is the first connection of a user, and no other',
    file: `${scripts}/group.lua`,
    find: "local kind = not before and 'j'",
    replace: "local kind = (not before or after and #after.list > #before.list) and 'j'",
    tests: ['RedisContractTests.A_second_tab_is_a_change_of_connections_and_no_join', 'RedisContractTests.A_hundred_connections_of_a_user_at_once_are_one_join_and_later_one_leave'],
  },
  {
    name: 'browser: a diff about a second tab is an update',
    rule: 'events alternate join, update*, leave; a tab is none of them',
    file: 'src/djust-presence-js/src/state.ts',
    find: 'const updates = rewritten.filter((one, index) => !sameJson(before[index]!.meta, one.meta));',
    replace: 'const updates = rewritten;',
    tests: ['state.test.ts: a diff about a second tab is a change, but no update'],
  },
  {
    name: 'the count is kept apart from the list',
    rule: 'count always equals list length',
    file: 'src/Djust.Presence/Tracking/PresenceManager.cs',
    find: '(await backend.GetSnapshotAsync(PresenceText.CheckKey(key, store.Options), cancellationToken)).Count;',
    replace: '(await ListPresencesAsync(key, cancellationToken)).Sum(presence => presence.Connections.Length);',
    tests: ['PresenceManagerTests.The_count_is_that_of_users_and_not_of_their_connections'],
  },
]
