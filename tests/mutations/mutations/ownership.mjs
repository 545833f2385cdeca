// A connection can touch only its own entries, and a new connection never loses to an old one's end.
const memoryGroup = 'src/Djust.Presence/Backends/Memory/MemoryGroup.cs'
const memory = 'src/Djust.Presence/Backends/Memory/MemoryPresenceBackend.cs'
const scripts = 'src/Djust.Presence.Redis/Scripts'

export default [
  {
    name: 'memory: an entry is found by its connection, whoever owns it',
    rule: 'a leave names the entry it removes, connection and owner',
    file: memoryGroup,
    find: 'public MemoryEntry? Find(PresenceEntryId id) => _entries.GetValueOrDefault(id);',
    replace: 'public MemoryEntry? Find(PresenceEntryId id) => _entries.Values.FirstOrDefault(entry => entry.Id.ConnectionId == id.ConnectionId);',
    tests: ['MemoryPresenceBackendTests.A_leave_under_another_nodes_id_removes_nothing', 'MemoryPresenceBackendTests.An_update_under_another_nodes_id_changes_nothing'],
  },
  {
    name: 'memory: a leave of one connection takes out the whole user',
    rule: 'a leave can remove no entry but the one it names',
    file: memory,
    find: '{ Entry: { } id } => group.Find(id) is { } entry ? [entry] : [],',
    replace: '{ Entry: { } id } => group.Find(id) is { } entry ? [.. entry.User.Entries] : [],',
    tests: ['MemoryPresenceBackendTests.Closing_one_of_two_tabs_is_not_a_leave', 'MemoryPresenceBackendTests.The_late_end_of_an_old_connection_never_removes_the_new_one'],
  },
  {
    name: 'memory: an entry that was taken over still answers to its old connection',
    rule: 'the end of an old connection never removes the new one',
    file: memoryGroup,
    find: '_entries.Remove(entry.Id);\n        Disown(entry);\n        entry.Id = id;',
    replace: 'Disown(entry);\n        entry.Id = id;',
    tests: ['MemoryPresenceBackendTests.The_late_end_of_the_old_connection_removes_nothing_after_a_take_over'],
  },
  {
    name: 'memory: a connection under the id of another user is that user',
    rule: 'nobody can act as another',
    file: memory,
    find: 'else if (node is not null && user is not null && Array.Find(user.Entries, other => other.Held) is { } held)',
    replace: 'else if (node is not null && group.EntriesOf(node).Find(other => other.Held) is { } held)',
    tests: ['MemoryPresenceBackendTests.Nobody_else_takes_a_held_connection_over'],
  },
  {
    name: 'redis: an entry is found by its connection, whoever owns it',
    rule: 'a leave names the entry it removes, connection and owner',
    file: `${scripts}/group.lua`,
    find: "return node .. '\\n' .. connection\n",
    replace: 'return connection\n',
    tests: ['RedisContractTests.A_leave_under_another_nodes_id_removes_nothing', 'RedisContractTests.An_update_under_another_nodes_id_changes_nothing'],
  },
  {
    name: 'redis: a leave of one connection takes out the whole user',
    rule: 'a leave can remove no entry but the one it names',
    file: `${scripts}/leave.lua`,
    find: 'if not entry or own.ref == entry.ref then',
    replace: 'if true then',
    tests: ['RedisContractTests.Closing_one_of_two_tabs_is_not_a_leave', 'RedisContractTests.The_late_end_of_an_old_connection_never_removes_the_new_one'],
  },
  {
    name: 'redis: an entry that was taken over still answers to its old connection',
    rule: 'the end of an old connection never removes the new one',
    file: `${scripts}/join.lua`,
    find: "    redis.call('HDEL', IDS, id_of(node_of(entry.owner), entry.connection))\n",
    replace: '',
    tests: ['RedisContractTests.The_late_end_of_the_old_connection_removes_nothing_after_a_take_over'],
  },
  {
    name: "redis: a sweep takes out entries that are not the dead owner's any more",
    rule: 'a sweep is fenced',
    file: `${scripts}/sweep.lua`,
    find: 'if entry.owner == ARGV[5] then',
    replace: 'if true then',
    tests: ['RedisContractTests.A_user_with_a_connection_on_another_node_stays'],
  },
  {
    name: "cursors: another node may move a cursor of this one's connections",
    rule: 'a server speaks only for its own cursors',
    file: 'src/Djust.Presence/Cursors/RoomCursors.cs',
    find: 'if (_cursors.GetValueOrDefault(@ref) is not { IsLocal: true })',
    replace: 'if (@ref > 0)',
    tests: ['RoomCursorsTests.Another_node_cannot_move_or_end_a_cursor_of_this_one'],
  },
]
