// A diff applies only to the version it starts from; any gap ends in a fresh state.
const state = 'src/djust-presence-js/src/state.ts'
const feed = 'src/djust-presence-js/src/feed.ts'
const groupState = 'src/Djust.Presence.Redis/Groups/GroupState.cs'

export default [
  {
    name: 'redis feed: a change whose version does not follow is taken',
    rule: 'any gap ends in a fresh state',
    file: groupState,
    find: 'if (change.Version != Version + 1)',
    replace: 'if (change.Version < Version)',
    tests: ['GroupStateTests.A_lost_message_is_noticed_with_the_next', 'GroupStateTests.Messages_that_are_lost_or_come_twice_never_give_another_group'],
  },
  {
    name: 'redis feed: a change of another numbering is taken',
    rule: 'a change applies only to the epoch it is of',
    file: groupState,
    find: 'if (_users.Count > 0 || change.Version != 1)',
    replace: 'if (change.Version < 1)',
    tests: ['GroupStateTests.Another_numbering_while_somebody_is_there_is_a_hole', 'GroupStateTests.Another_numbering_that_does_not_begin_is_a_hole'],
  },
  {
    name: 'redis feed: a message that was told before is taken again',
    rule: 'each change is seen once',
    file: groupState,
    find: 'if (change.Version <= Version)',
    replace: 'if (change.Version < Version)',
    tests: ['GroupStateTests.What_was_told_already_is_known'],
  },
  {
    name: 'room: a connection that was passed over gets the diff of the last step only',
    rule: 'a diff applies only to the version it starts from',
    file: 'src/Djust.Presence/Delivery/RoomFlush.cs',
    find: 'var step = told.Version == before.Version',
    replace: 'var step = told.Version <= before.Version',
    tests: ['RoomMemberTests.A_connection_that_was_passed_over_is_told_of_all_that_it_has_missed'],
  },
  {
    name: 'room: another epoch is told as a diff',
    rule: 'a new epoch is a fresh state',
    file: 'src/Djust.Presence/Delivery/RoomMember.cs',
    find: 'if (_told?.Epoch != after.Epoch || shown',
    replace: 'if (_told is null || shown',
    tests: ['RoomMemberTests.A_new_epoch_is_a_fresh_state_for_everybody'],
  },
  {
    name: 'browser: a diff that starts at another version is applied',
    rule: 'a diff applies only to the version it starts from',
    file: state,
    find: 'if (diff.from !== old.version) return diff.version <= old.version ? "stale" : "gap";',
    replace: 'if (diff.version <= old.version && diff.from !== old.version) return "stale";',
    tests: ['state.test.ts: a diff that starts at another version, or in another epoch, is a gap'],
  },
  {
    name: 'browser: a diff of another epoch is applied',
    rule: 'a diff applies only to the epoch it is of',
    file: state,
    find: 'if (old === undefined || diff.epoch !== old.epoch) return "gap";',
    replace: 'if (old === undefined) return "gap";',
    tests: ['state.test.ts: a diff that starts at another version, or in another epoch, is a gap'],
  },
  {
    name: 'browser: a gap is not asked about',
    rule: 'any gap ends in a fresh state',
    file: feed,
    find: '      this.#resync();\n      return this.#hold(diff);',
    replace: '      return this.#hold(diff);',
    tests: ['feed.test.ts: a hole in the messages ends in one sync, and raises only the real differences', 'convergence.test.ts: whatever is lost, repeated, late or broken: the client ends with what the server has, and its events make sense'],
  },
]
