using System.Globalization;
using System.Security.Cryptography;

namespace Djust.Presence;

/// <summary>The groups that this node has to do with: those that somebody here follows, or in which it has entries. Others leave nothing behind.</summary>
internal sealed class RedisGroups
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RedisGroup> _groups = new(StringComparer.Ordinal);
    private readonly string _epochs = "l" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)) + ".";
    private readonly ILogger _logger;
    private int _made;
    private int _resyncs;

    public RedisGroups(RedisLink link, RedisKeys keys, NodeLeases leases, GarbageCounter garbage, RedisPresenceOptions options, ILogger logger)
    {
        (Link, Keys, Leases, Garbage, _logger) = (link, keys, leases, garbage, logger);
        Reader = new GroupReader(link, keys, garbage);
        Requests = new GroupRequests(link, keys, leases, garbage, options);
        Registered = new RegisteredGroups(link, keys, options);
        Teller = new GroupTeller(this);
    }

    public RedisLink Link { get; }

    public RedisKeys Keys { get; }

    public NodeLeases Leases { get; }

    public GarbageCounter Garbage { get; }

    public GroupReader Reader { get; }

    public GroupRequests Requests { get; }

    public RegisteredGroups Registered { get; }

    public GroupTeller Teller { get; }

    /// <summary>How often a hole in a feed was healed with a reading; for tests and diagnostics.</summary>
    public int Resyncs => Volatile.Read(ref _resyncs);

    public IReadOnlyList<RedisGroup> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values];
            }
        }
    }

    /// <summary>
    /// Whether this node has no entries that live on its lease, and nobody of others in a group that it follows: without a lease it would not notice that
    /// the store has lost its memory.
    /// </summary>
    public bool HoldNothing => All.All(group => group.Locked(replica => !replica.Own.HasOwned && replica.State is not { Users.Count: > 0 }));

    /// <summary>The group of a key, for one use; pair it with <see cref="Exit"/>.</summary>
    public RedisGroup Enter(string key)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(key, out var group))
            {
                _groups.Add(key, group = new RedisGroup(key, this));
            }

            group.Uses++;
            return group;
        }
    }

    public void Exit(RedisGroup group)
    {
        lock (_gate)
        {
            if (--group.Uses == 0 && !group.IsFollowed && group.Locked(replica => replica.HoldsNothing))
            {
                _groups.Remove(group.Key);
            }
        }
    }

    public RedisGroup? Find(string key)
    {
        lock (_gate)
        {
            return _groups.GetValueOrDefault(key);
        }
    }

    public string NextLocalEpoch() => string.Create(CultureInfo.InvariantCulture, $"{_epochs}{Interlocked.Increment(ref _made)}.");

    /// <summary>Whether the store still has this node's lease: if not, it may have lost everything else as well.</summary>
    public async Task<bool> IsStoreIntactAsync()
    {
        if (Leases.OwnerName is not { } owner)
        {
            return true;
        }

        var table = await Leases.ReadAsync();
        return Leases.StoreId is not { } known || (table.StoreId == known && table.EndOf(owner) is not null);
    }

    /// <summary>Reads a group that is not followed here.</summary>
    public async Task<PresenceSnapshot> ReadColdAsync(string key)
    {
        var (listed, state) = await Reader.ListAsync(key, owner => owner.Length > 0 && Leases.EndOf(owner) > NodeLeases.Now);
        if (state is null)
        {
            return listed!;
        }

        var view = AliveView.Of(state, Leases);
        if (!view.IsCertain)
        {
            await Leases.ReadAsync();
            view = AliveView.Of(state, Leases);
        }

        return view.Snapshot;
    }

    /// <summary>Asks whether what looks dead in a group is.</summary>
    public async Task ConfirmAsync(RedisGroup group, GroupState state)
    {
        await Leases.ReadAsync();
        if (state.Owners.Contains(string.Empty))
        {
            group.SetDeadlines(state, await Reader.ReadDeadlinesAsync(group.Key));
        }
    }

    public void Resynced() => Interlocked.Increment(ref _resyncs);

    public void Failed(string key, Exception exception) =>
        RedisLog.FeedFailed(_logger, new LogId(key), RedisLink.Describe(exception), new LoggedException(exception));
}
