// Every key has a time to live, and the last leave deletes the group's keys at once.
const scripts = 'src/Djust.Presence.Redis/Scripts'
const test = ['KeyLifetimeTests.Every_key_has_a_lifetime_after_every_request']
const without = (key, file, find, replace = '') => ({ name: `redis: ${key} without a lifetime`, rule: 'every key has a TTL', file: `${scripts}/${file}`, find, replace, tests: test })

export default [
  ...['ENTRIES', 'USERS', 'IDS', 'STATE'].map(key => without(`${key.toLowerCase()} of a group`, 'group.lua', `    redis.call('PEXPIRE', ${key}, LIFETIME)\n`)),
  without('beats of a group', 'group.lua', "number(entry.deadline), entry.ref)\n  redis.call('PEXPIRE', BEATS, LIFETIME)", 'number(entry.deadline), entry.ref)'),
  without('what was removed', 'leave.lua', "      redis.call('PEXPIRE', REMOVED, ARGV[11])\n"),
  without('the leases', 'renew.lua', "  redis.call('PEXPIRE', NODES, LIFETIME)\n"),
  without('the deadlines', 'note.lua', "  redis.call('PEXPIRE', DEADLINES, LIFETIME)\n", '  redis.call(PUBLISH, CHANNEL, LIFETIME)\n'),
  {
    name: "redis: a node's list of groups without a lifetime",
    rule: 'every key has a TTL',
    file: 'src/Djust.Presence.Redis/Groups/RegisteredGroups.cs',
    find: 'var expires = transaction.KeyExpireAsync(name, options.KeyLifetime);',
    replace: 'var expires = transaction.KeyPersistAsync(name);',
    tests: [...test, 'KeyLifetimeTests.A_key_is_never_without_a_lifetime_not_even_between_two_commands'],
  },
  {
    name: 'redis: the last leave keeps the keys of the group',
    rule: 'the last leave deletes the keys at once',
    file: `${scripts}/group.lua`,
    find: "if gone and redis.call('HLEN', ENTRIES) == 0 then",
    replace: 'if false then',
    tests: ['KeyLifetimeTests.Soon_after_the_last_leave_nothing_is_left_but_what_ends_within_a_minute'],
  },
]
