using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// One group on this node: its feed, its replica, and the lock of both. Messages come in order; while a fresh reading is on its way they wait.
/// </summary>
internal sealed partial class RedisGroup
{
    /// <summary>How long the feed may take to bring what a request of this node has been answered with.</summary>
    private static readonly TimeSpan FeedDelay = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly FanOut _observers = new();
    private readonly RedisGroups _groups;
    private List<ReadOnlyMemory<byte>>? _waiting;
    private ChannelMessageQueue? _queue;
    private AliveView? _alive;
    private long _promised;
    private string _promisedEpoch = string.Empty;
    private bool _isReading;

    public RedisGroup(string key, RedisGroups groups)
    {
        Key = key;
        _groups = groups;
        Replica = new GroupReplica(key, groups.NextLocalEpoch(), _observers);
        ToldLife = groups.Link.Life;
    }

    public string Key { get; }

    /// <summary>What is known of the group; used within <see cref="Locked{T}"/>.</summary>
    private GroupReplica Replica { get; }

    /// <summary>One step of following, or of coming back to the store, at a time.</summary>
    private SemaphoreSlim Following { get; } = new(1, 1);

    /// <summary>How many requests and subscriptions use this object; guarded by the registry.</summary>
    public int Uses { get; set; }

    /// <summary>The life of the link in which the store was told what this node holds here.</summary>
    public int ToldLife { get; private set; }

    /// <summary>Whether requests are carried out here, since the store is away or has not been told.</summary>
    public bool IsApart => !_groups.Link.IsUp || ToldLife != _groups.Link.Life;

    public bool IsFollowed => !_observers.IsEmpty;

    public T Locked<T>(Func<GroupReplica, T> use)
    {
        lock (_gate)
        {
            return use(Replica);
        }
    }

    /// <summary>Carries a request out here, if the store is away.</summary>
    /// <returns>The commit, or null where the store is to be asked.</returns>
    public PresenceCommit? Apart(Func<GroupReplica, PresenceCommit> request)
    {
        lock (_gate)
        {
            _alive = null;
            return IsApart ? request(Replica) : null;
        }
    }

    /// <summary>Takes in what a request of this node was answered with, before the feed brings it.</summary>
    public void TakeOwn(GroupChange change, Action<GroupReplica>? then)
    {
        var behind = false;
        lock (_gate)
        {
            _alive = null;
            if (change.Kind is not null && !_isReading && Replica.State is { } state)
            {
                behind = Replica.Take(change) == GroupStep.Hole && !IsApart;
                if (behind)
                {
                    (_promised, _promisedEpoch) = (change.Epoch == state.Epoch ? Math.Max(_promised, change.Version) : change.Version, change.Epoch);
                }
            }

            then?.Invoke(Replica);
        }

        if (behind)
        {
            _ = CatchUpAsync();
        }
    }

    public async Task SubscribeAsync(IPresenceObserver observer)
    {
        await Following.WaitAsync();
        try
        {
            await FollowAsync();
            lock (_gate)
            {
                _observers.Add(observer);
                observer.OnSnapshot(Replica.View);
            }
        }
        finally
        {
            Following.Release();
        }
    }

    public async Task UnsubscribeAsync(IPresenceObserver observer)
    {
        await Following.WaitAsync();
        try
        {
            ChannelMessageQueue? queue = null;
            lock (_gate)
            {
                _observers.Remove(observer);
                if (_observers.IsEmpty)
                {
                    (queue, _queue) = (_queue, null);
                    Replica.Forget();
                    _alive = null;
                }
            }

            if (queue is not null)
            {
                await queue.UnsubscribeAsync(CommandFlags.FireAndForget);
            }
        }
        finally
        {
            Following.Release();
        }
    }

    public void Send(PresenceMessage message)
    {
        lock (_gate)
        {
            _observers.OnMessage(message);
        }
    }

    /// <summary>The group as it is now.</summary>
    public ValueTask<PresenceSnapshot> ReadAsync()
    {
        // The usual case takes no lock: nothing has changed since the last reading, and everybody is known to be alive.
        if (Volatile.Read(ref _alive) is { } alive && alive.IsValid(_groups.Leases) && !IsApart)
        {
            return new(alive.Snapshot);
        }

        return new(ReadSlowlyAsync());
    }

    /// <summary>Brings the group up to date after the store was away: tells it what this node holds, then takes what it says.</summary>
    /// <param name="life">The life of the link that this is about.</param>
    /// <param name="losses">What was lost while it was away.</param>
    /// <param name="vouched">After the store lost its memory: leases of other nodes that live on until these speak for themselves.</param>
    public async Task RecoverAsync(int life, Losses losses, IReadOnlySet<string> vouched)
    {
        await Following.WaitAsync();
        try
        {
            var telling = new Telling(losses, vouched);
            while (true)
            {
                await _groups.Teller.TellAsync(this, telling);
                var follows = IsFollowed;
                if (follows)
                {
                    await ListenAsync();
                }

                var confirmations = Locked(replica => replica.Confirmations);
                var fresh = follows ? await _groups.Reader.ReadAsync(Key) : null;
                lock (_gate)
                {
                    if (Replica.HasUntold)
                    {
                        continue;
                    }

                    if (fresh is not null)
                    {
                        TakeFresh(fresh, Replica.MissingIn(fresh, confirmations));
                    }
                    else
                    {
                        Replica.Forget();
                    }

                    ToldLife = life;
                    return;
                }
            }
        }
        finally
        {
            Following.Release();
        }
    }

    /// <summary>The store refuses what it is told about this group: others are not kept waiting for it.</summary>
    public void GiveUp(int life)
    {
        lock (_gate)
        {
            ToldLife = life;
        }
    }

    /// <summary>Leases of other nodes that entries of the group live on.</summary>
    public IEnumerable<string> OtherOwners(string nodeId)
    {
        lock (_gate)
        {
            return Replica.State?.Owners.Where(owner => owner.Length > 0 && !Owner.IsOf(owner, nodeId)).ToArray() ?? [];
        }
    }

    /// <summary>Ends what has run out here while the store is away.</summary>
    public void ExpireApart()
    {
        lock (_gate)
        {
            if (IsApart)
            {
                Replica.Expire(NodeLeases.Now);
            }
        }
    }

    private async Task<PresenceSnapshot> ReadSlowlyAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            GroupState? state;
            lock (_gate)
            {
                if (IsApart || Replica.IsLocal)
                {
                    return Replica.View;
                }

                state = Replica.State;
                if (state is not null && !_isReading && !IsBehind)
                {
                    var view = AliveView.Of(state, _groups.Leases);
                    if (view.IsCertain || attempt > 0)
                    {
                        _alive = view;
                        return view.Snapshot;
                    }
                }
                else
                {
                    state = null;
                }
            }

            try
            {
                if (state is null)
                {
                    return await _groups.ReadColdAsync(Key);
                }

                await _groups.ConfirmAsync(this, state);
            }
            catch (PresenceStoreException e)
            {
                _groups.Link.Interrupt(e.Message);
            }
        }
    }

    /// <summary>Takes in when heartbeats end now.</summary>
    public void SetDeadlines(GroupState state, IReadOnlyDictionary<int, long> deadlines)
    {
        lock (_gate)
        {
            _alive = null;
            if (Replica.State == state)
            {
                state.SetDeadlines(deadlines);
            }
        }
    }
}
