// Who is here, from the first connection to the end of the last.
const memory = 'src/Djust.Presence/Backends/Memory'
const tracking = 'src/Djust.Presence/Tracking'

export default [
  {
    name: 'a connection that ends is a leave at once',
    rule: 'reload is not a leave',
    file: `${tracking}/PresenceTracker.cs`,
    find: 'var grace = atOnce ? TimeSpan.Zero : store.Options.LeaveGracePeriod;',
    replace: 'var grace = TimeSpan.Zero;',
    tests: ['PresenceHubTests.Coming_back_within_the_grace_is_heard_by_nobody'],
  },
  {
    name: 'the grace never ends',
    rule: 'no ghost',
    file: `${tracking}/GraceQueue.cs`,
    find: 'hold, delay, Timeout.InfiniteTimeSpan);',
    replace: 'hold, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);',
    tests: ['PresenceHubTests.Two_tabs_are_one_join_and_one_leave_in_any_order_of_closing'],
  },
  {
    name: 'untracking waits for the grace',
    rule: 'untracking is immediate',
    file: `${tracking}/PresenceTracker.cs`,
    find: 'await LeaveAsync(membership, join, PresenceChangeReason.Requested);',
    replace: 'await EndAsync(join, atOnce: false);',
    tests: ['PresenceHubTests.Untracking_is_a_leave_at_once'],
  },
  {
    name: 'memory: every connection that ends is held',
    rule: "the grace belongs to the user's last connection only",
    file: `${memory}/MemoryPresenceBackend.cs`,
    find: 'if (Array.Exists(found.User.Entries, other => other != found && !other.Held && other.IsAlive(now)))',
    replace: 'if (now == long.MinValue)',
    tests: ['MemoryPresenceBackendTests.Holding_one_of_two_connections_removes_it_at_once'],
  },
]
