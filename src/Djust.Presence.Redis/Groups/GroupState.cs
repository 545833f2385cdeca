using System.Runtime.InteropServices;

namespace Djust.Presence;

/// <summary>
/// A group as the store has told it: a snapshot and the changes that followed without a hole. Pure; not safe for use by several threads.
/// </summary>
internal sealed class GroupState
{
    private readonly string _key;
    private readonly Dictionary<string, UserRecord> _users;
    private readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);

    /// <summary>Made when an owner changes for the first time: most readings are only listed.</summary>
    private Dictionary<int, string>? _userOfRef;

    public GroupState(string key, string epoch, long version, IEnumerable<UserRecord> users)
        : this(key, epoch, users.ToDictionary(user => user.Id, StringComparer.Ordinal), version)
    {
    }

    private GroupState(string key, string epoch, Dictionary<string, UserRecord> users, long version)
    {
        _key = key;
        (Epoch, Version, _users) = (epoch, version, users);

        var presences = new Presence[users.Count];
        var at = 0;
        foreach (var user in users.Values)
        {
            presences[at++] = user.ToPresence(key);
            Count(user, 1);
        }

        Snapshot = PresenceSnapshot.CreateListing(key, epoch, version, presences);
    }

    /// <summary>A group of users by their ids; whoever gives them does not change them from then on.</summary>
    public static GroupState Of(string key, string epoch, long version, Dictionary<string, UserRecord> users) => new(key, epoch, users, version);

    public string Epoch { get; private set; }

    public long Version { get; private set; }

    /// <summary>Everything, alive or not.</summary>
    public PresenceSnapshot Snapshot { get; private set; }

    public IReadOnlyCollection<UserRecord> Users => _users.Values;

    /// <summary>The owners of entries; empty stands for entries that live on their own heartbeat.</summary>
    public IReadOnlyCollection<string> Owners => _owners.Keys;

    public int MaxRef => _users.Values.SelectMany(user => user.Entries).Select(entry => entry.Ref).DefaultIfEmpty().Max();

    public long MaxStamp => _users.Values.SelectMany(user => user.Entries).Select(entry => entry.Stamp).DefaultIfEmpty().Max();

    public UserRecord? Find(string userId) => _users.GetValueOrDefault(userId);

    /// <summary>Takes a change in, if it follows.</summary>
    public GroupStep Apply(GroupChange change)
    {
        if (change.Epoch != Epoch)
        {
            if (_users.Count > 0 || change.Version != 1)
            {
                return GroupStep.Hole;
            }

            Snapshot = PresenceSnapshot.Empty(_key, change.Epoch);
            Take(change);
            return GroupStep.AppliedAnew;
        }

        if (change.Version <= Version)
        {
            return GroupStep.Known;
        }

        if (change.Version != Version + 1)
        {
            return GroupStep.Hole;
        }

        Take(change);
        return GroupStep.Applied;
    }

    /// <summary>Takes another owner of entries in. It has no version of its own: what came meanwhile may have told it already.</summary>
    public GroupStep Apply(OwnerChange change)
    {
        if (change.Epoch != Epoch || change.Version > Version)
        {
            return GroupStep.Hole;
        }

        _userOfRef ??= _users.Values.SelectMany(user => user.Entries.Select(entry => (entry.Ref, user.Id))).DistinctBy(entry => entry.Ref).ToDictionary();
        foreach (var @ref in change.Refs)
        {
            if (_userOfRef.TryGetValue(@ref, out var userId))
            {
                var user = _users[userId];
                Replace(user with { Entries = [.. user.Entries.Select(entry => entry.Ref == @ref ? entry with { Owner = change.Owner } : entry)] });
            }
        }

        return GroupStep.Applied;
    }

    /// <summary>Takes in when entries with heartbeats end now.</summary>
    public void SetDeadlines(IReadOnlyDictionary<int, long> deadlines)
    {
        foreach (var user in _users.Values.ToArray())
        {
            if (user.Entries.Any(entry => entry.Owner.Length == 0))
            {
                Replace(user with { Entries = [.. user.Entries.Select(entry => entry.Owner.Length == 0 ? entry with { Deadline = deadlines.GetValueOrDefault(entry.Ref) } : entry)] });
            }
        }
    }

    /// <summary>The group without entries that are not alive.</summary>
    public PresenceSnapshot Alive(Func<EntryRecord, bool> isAlive)
    {
        var users = new List<UserRecord>(_users.Count);
        var dropped = false;
        foreach (var user in _users.Values)
        {
            var alive = user.Where(isAlive);
            dropped |= !ReferenceEquals(alive, user);
            if (alive is not null)
            {
                users.Add(alive);
            }
        }

        return dropped ? PresenceSnapshot.Create(_key, Epoch, Version, users.Select(user => user.ToPresence(_key))) : Snapshot;
    }

    private void Take(GroupChange change)
    {
        (Epoch, Version) = (change.Epoch, change.Version);
        Snapshot = Snapshot.Apply(change.ToChange(_key));
        if (change.Kind == PresenceChangeKind.Leave)
        {
            if (_users.Remove(change.User.Id, out var left))
            {
                Count(left, -1);
            }
        }
        else
        {
            Replace(change.User);
        }
    }

    private void Replace(UserRecord user)
    {
        if (_users.TryGetValue(user.Id, out var before))
        {
            Count(before, -1);
        }

        _users[user.Id] = user;
        Count(user, 1);
    }

    private void Count(UserRecord user, int by)
    {
        foreach (var entry in user.Entries)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_owners, entry.Owner, out _);
            count += by;
            if (count == 0)
            {
                _owners.Remove(entry.Owner);
            }

            if (by > 0)
            {
                _userOfRef?[entry.Ref] = user.Id;
            }
            else
            {
                _userOfRef?.Remove(entry.Ref);
            }
        }
    }
}
