// Joining or watching a group asks the authorizer, and what is revoked ends.
const hub = 'src/Djust.Presence/Hubs/HubPresence.cs'

export default [
  {
    name: "the authorizer's answer is not looked at",
    rule: 'joining or watching asks the authorizer',
    file: hub,
    find: 'if (!await AllowsAsync(hub, session, key, userId, operation))',
    replace: 'if (!await AllowsAsync(hub, session, key, userId, operation) && key.Length == 0)',
    tests: ['BadInputTests.A_policy_decides_who_may_track', 'RevocationTests.Who_tracks_or_watches_again_is_asked_about_again'],
  },
  {
    name: 'watching asks nobody',
    rule: 'joining or watching asks the authorizer',
    file: hub,
    find: '        await AuthorizeAsync(hub, session, group, userId, PresenceOperation.Watch);\n',
    replace: '',
    also: [{ file: hub, find: 'await ConfirmAsync(hub, session, group, userId, PresenceOperation.Watch);', replace: 'await Task.CompletedTask;' }],
    tests: ['RevocationTests.Who_tracks_or_watches_again_is_asked_about_again'],
  },
  {
    name: 'a revocation between the question and the join is missed',
    rule: 'what is revoked ends',
    file: hub,
    find: 'await ConfirmAsync(hub, session, group, userId, PresenceOperation.Track);',
    replace: 'await Task.CompletedTask;',
    tests: ['RevocationTests.A_revocation_between_the_question_and_the_join_is_not_missed'],
  },
  {
    name: 'a revocation ends nothing',
    rule: 'what is revoked ends',
    file: 'src/Djust.Presence/Delivery/Room.Revocation.cs',
    find: 'member.Owner?.Revoked(userId)',
    replace: '_ = member.Owner',
    tests: ['RevocationTests.Entries_and_watches_end_on_every_node_with_one_leave_and_nothing_more_is_heard'],
  },
  {
    name: 'a revocation ends entries, and no watch',
    rule: 'what is revoked ends',
    file: 'src/Djust.Presence/Tracking/PresenceManager.cs',
    find: 'await backend.PublishAsync(key, new PresenceMessage(string.Empty, RevocationMessage.Write(userId)), cancellationToken);',
    replace: 'await Task.CompletedTask;',
    tests: ['RevocationTests.Entries_and_watches_end_on_every_node_with_one_leave_and_nothing_more_is_heard'],
  },
  {
    name: 'whoever was removed stays a member',
    rule: 'who was removed stays away',
    file: 'src/Djust.Presence/Delivery/RoomMember.cs',
    find: 'if (identity.Self is { } self && self.UserId == removed.Id && ',
    replace: 'if (identity.Self is { } self && self.UserId.Length == 0 && ',
    tests: ['PresenceHubTests.A_user_whom_the_application_removes_leaves_once_and_stays_away'],
  },
  {
    name: 'redis: whoever was removed is back with what a node tells anew',
    rule: 'who was removed stays away',
    file: 'src/Djust.Presence.Redis/Scripts/assert.lua',
    find: 'if not (lost or was_swept) or was_removed(holder, connection, ARGV[at + 6]) then',
    replace: 'if false then',
    tests: ['CutOffNodeTests.A_user_who_was_removed_meanwhile_does_not_come_back'],
  },
]
