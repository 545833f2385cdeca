namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What a node has been told of a group, as a plain list: the newest word about each user.</summary>
internal sealed class ToldGroup(StoredGroup group)
{
    private readonly Dictionary<string, UserRecord> _users = group.Read().Users.ToDictionary(user => user.Id, StringComparer.Ordinal);

    public IEnumerable<UserRecord> Users => _users.Values;

    public long MaxStamp => _users.Values.SelectMany(user => user.Entries).Select(entry => entry.Stamp).DefaultIfEmpty().Max();

    public IEnumerable<EntryRecord> Of(string user) => _users.TryGetValue(user, out var record) ? record.Entries : [];

    public void Take(GroupChange change)
    {
        if (change.Kind == PresenceChangeKind.Leave)
        {
            _users.Remove(change.User.Id);
        }
        else
        {
            _users[change.User.Id] = change.User;
        }
    }
}
