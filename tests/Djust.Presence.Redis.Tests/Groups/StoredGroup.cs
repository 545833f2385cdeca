using System.Globalization;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>One group in a store, in the plainest way: a list of entries, and what a change of it would be told as.</summary>
internal sealed class StoredGroup(string epoch)
{
    private readonly List<StoredEntry> _entries = [];
    private int _lastRef;
    private long _lastStamp;
    private int _clock;

    public string Epoch { get; private set; } = epoch;

    public long Version { get; private set; }

    public IReadOnlyList<StoredEntry> Entries => _entries;

    /// <summary>What a list shows, as text, in its order.</summary>
    public IEnumerable<string> Listed =>
        Users().OrderBy(user => user.JoinedAt).ThenBy(user => user.Id, StringComparer.Ordinal).Select(user => Looks.Line(user.Id, Look(user.Id)!));

    /// <summary>A reading; of a group that is empty nothing is kept.</summary>
    public GroupState Read() => _entries.Count == 0 ? new("k", string.Empty, 0, []) : new("k", Epoch, Version, Users());

    public StoredEntry? Find(string connection) => _entries.Find(entry => entry.Connection == connection);

    /// <summary>Puts an entry in, or gives the one of this connection another meta.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="connection">Its name.</param>
    /// <param name="user">The user.</param>
    /// <param name="meta">The new meta, or null to keep what is there.</param>
    /// <param name="ref">Its number, if it has one.</param>
    public GroupChange Join(string owner, string connection, string user, PresenceMeta? meta, int @ref = 0) => Commit(user, () =>
    {
        var entry = Find(connection);
        if (entry is null)
        {
            @ref = @ref > _lastRef ? @ref : _lastRef + 1;
            _lastRef = @ref;
            var first = _entries.Find(other => other.User == user);
            entry = new StoredEntry { Ref = @ref, Connection = connection, User = user, JoinedAt = first?.JoinedAt ?? DateTimeOffset.UnixEpoch.AddMilliseconds(++_clock) };
            _entries.Add(entry);
        }

        entry.Owner = owner;
        if (meta is not null)
        {
            (entry.Meta, entry.Stamp) = (meta, ++_lastStamp);
        }
    });

    public GroupChange? Leave(string connection) => Find(connection) is { } entry ? Commit(entry.User, () => _entries.Remove(entry)) : null;

    public GroupChange? LeaveUser(string user) => _entries.Exists(entry => entry.User == user) ? Commit(user, () => _entries.RemoveAll(entry => entry.User == user)) : null;

    public GroupChange? UpdateUser(string user, PresenceMeta meta) => _entries.Exists(entry => entry.User == user)
        ? Commit(user, () => _entries.FindAll(entry => entry.User == user).ForEach(entry => (entry.Meta, entry.Stamp) = (meta, ++_lastStamp)))
        : null;

    /// <summary>Gives all entries of one owner to another.</summary>
    public OwnerChange? Move(string from, string to)
    {
        var moved = _entries.FindAll(entry => entry.Owner == from);
        moved.ForEach(entry => entry.Owner = to);
        return moved.Count == 0 ? null : new OwnerChange(Epoch, Version, to, [.. moved.Select(entry => entry.Ref)]);
    }

    /// <summary>An empty group is forgotten; the next change begins another numbering.</summary>
    private void BeginAnew()
    {
        var life = int.Parse(Epoch.Split('/') is [_, var last] ? last : "0", CultureInfo.InvariantCulture);
        (Epoch, Version, _lastRef, _lastStamp) = ($"{Epoch.Split('/')[0]}/{life + 1}", 0, 0, 0);
    }

    private GroupChange Commit(string user, Action change)
    {
        if (_entries.Count == 0 && Version > 0)
        {
            BeginAnew();
        }

        var (before, record) = (Look(user), Record(user));
        change();
        var after = Look(user);
        PresenceChangeKind? kind = before == after ? null
            : before is null ? PresenceChangeKind.Join
            : after is null ? PresenceChangeKind.Leave
            : before.Split('\n')[0] == after.Split('\n')[0] ? PresenceChangeKind.Connections
            : PresenceChangeKind.Update;
        Version += kind is null ? 0 : 1;
        return new GroupChange(Epoch, Version, kind, PresenceChangeReason.Requested, null, Record(user) ?? record!, 0);
    }

    private List<UserRecord> Users() => [.. _entries.Select(entry => entry.User).Distinct().Select(user => Record(user)!)];

    private UserRecord? Record(string user)
    {
        EntryRecord[] entries = [.. _entries.Where(entry => entry.User == user).OrderBy(entry => entry.Ref).Select(entry => entry.ToRecord())];
        return entries.Length == 0 ? null : new UserRecord(user, _entries.Find(entry => entry.User == user)!.JoinedAt, [.. entries]);
    }

    private string? Look(string user) => Looks.Of(_entries.Where(entry => entry.User == user).Select(entry => (entry.Ref, entry.Stamp, entry.Meta)));
}
