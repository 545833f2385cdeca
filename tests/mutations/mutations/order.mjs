// Leaves are applied before joins, and what is written last is what counts.
const state = 'src/djust-presence-js/src/state.ts'

export default [
  {
    name: 'browser: joins are told before leaves',
    rule: 'leaves are applied before joins',
    file: state,
    find: 'return [...leaves.map(of("leave")), ...joins.map(of("join")), ...updates.map(of("update"))];',
    replace: 'return [...joins.map(of("join")), ...leaves.map(of("leave")), ...updates.map(of("update"))];',
    tests: ['state.test.ts: a diff applies leaves, joins and updates in this order', 'state.test.ts: a state raises only the real differences to the one before, leaves first'],
  },
  {
    name: 'server: a watcher that fell behind is told of joins before leaves',
    rule: 'leaves are applied before joins',
    file: 'src/Djust.Presence/Tracking/PresenceWatcher.cs',
    find: '.. diff.Leaves.Select(id => Change(PresenceChangeKind.Leave, old[id])),\n            .. diff.Joins.Select(presence => Change(PresenceChangeKind.Join, presence)),',
    replace: '.. diff.Joins.Select(presence => Change(PresenceChangeKind.Join, presence)),\n            .. diff.Leaves.Select(id => Change(PresenceChangeKind.Leave, old[id])),',
    tests: ['PresenceWatcherTests.After_an_interruption_only_the_real_differences_come'],
  },
  {
    name: 'server: a leave that a sweep hands out late comes behind the join that followed it',
    rule: 'events of a user alternate',
    file: 'src/Djust.Presence/Tracking/CallbackDispatcher.cs',
    find: 'queue.AddBefore(join, change);',
    replace: 'queue.AddLast(change);',
    tests: ['CallbackTests.A_leave_that_a_sweep_hands_out_late_comes_before_the_join_that_followed_it'],
  },
]
