using System.Diagnostics;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// This node's lease, and what the store says of those of others. A node that has had no entries for a while gives its lease up, so that
/// a store that nobody uses is empty; it takes another one with its next entry.
/// </summary>
internal sealed partial class NodeLeases(RedisLink link, RedisKeys keys, RedisPresenceOptions options)
{
    /// <summary>How long a node without entries keeps its lease.</summary>
    private static readonly long IdleAfter = (long)TimeSpan.FromSeconds(10).TotalMilliseconds;

    private static readonly long TouchInterval = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly Lock _gate = new();
    private Task<LeaseTable>? _reading;
    private Task<LeaseTable>? _nextReading;
    private LeaseTable _table = LeaseTable.Empty;
    private LeaseTable _forgotten = LeaseTable.Empty;
    private TimeSpan _timeout;
    private string? _nodeId;
    private int _life;
    private long _generation = 1;
    private long _end = long.MinValue;
    private long _touched;
    private long _lastUse = Now;
    private int _worsenings;
    private SparedLeases _spared = SparedLeases.None;
    private bool _isRetired;
    private bool _isRegistered;
    private string? _storeId;
    private long? _lostAt;

    /// <summary>Milliseconds of this node's monotonic clock.</summary>
    public static long Now => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000);

    public string? NodeId => _nodeId;

    /// <summary>The lease that entries are put under now, or null before the first renewal.</summary>
    public string? OwnerName
    {
        get
        {
            lock (_gate)
            {
                return _nodeId is { } id && _life > 0 ? Owner.Name(id, _life) : null;
            }
        }
    }

    public int Life
    {
        get
        {
            lock (_gate)
            {
                return _life;
            }
        }
    }

    public TimeSpan Timeout => _timeout;

    /// <summary>Whether the lease is held, as far as this node can know without asking.</summary>
    public bool IsHeld => Now < Volatile.Read(ref _end);

    /// <summary>How long ago the lease was renewed, or null without one.</summary>
    public TimeSpan? Age => IsHeld ? TimeSpan.FromMilliseconds(Now - (Volatile.Read(ref _end) - (long)_timeout.TotalMilliseconds)) : null;

    public long Generation => Volatile.Read(ref _generation);

    /// <summary>The life of the store that this node has told what it holds, or null before that.</summary>
    public string? StoreId => Volatile.Read(ref _storeId);

    public LeaseTable Table => Volatile.Read(ref _table);

    /// <summary>Counts readings that told of a lease that ended, or ends sooner than was known: what was concluded before may be wrong.</summary>
    public int Worsenings => Volatile.Read(ref _worsenings);

    /// <summary>Raised when the store turned out to have lost its memory.</summary>
    public event Action? MemoryLost;

    /// <summary>The owners that this node takes for alive.</summary>
    public IEnumerable<string> Alive => Table.Owners.Union(_spared.Owners).Where(owner => EndOf(owner) > Now);

    /// <summary>When an owner's entries cease to count, as ms of this node's clock; in the past for one that is dead.</summary>
    public long EndOf(string owner) => Math.Max(Table.EndOf(owner) ?? long.MinValue, _spared.EndOf(owner) ?? long.MinValue);

    /// <summary>The node has something to put into the store.</summary>
    public void Use() => Volatile.Write(ref _lastUse, Now);

    /// <summary>Says which node this is, for when the store can be reached.</summary>
    public void Introduce(string nodeId, TimeSpan timeout)
    {
        if (_nodeId is { } known && known != nodeId)
        {
            throw new InvalidOperationException($"This backend serves the node \"{known}\"; another node needs a backend of its own.");
        }

        (_nodeId, _timeout) = (nodeId, timeout);
    }

    /// <summary>Makes or renews the lease.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="timeout">How long it lasts.</param>
    /// <param name="isIdle">Whether the node has no entries.</param>
    public async Task RenewAsync(string nodeId, TimeSpan timeout, bool isIdle)
    {
        await Renewing.WaitAsync();
        try
        {
            Introduce(nodeId, timeout);
            if (isIdle && _life > 0 && Now - Volatile.Read(ref _lastUse) > IdleAfter)
            {
                await RetireAsync();
                return;
            }

            await RenewAsync();
        }
        finally
        {
            Renewing.Release();
        }
    }

    /// <summary>Takes the lease again that was given up for want of entries.</summary>
    /// <returns>Whether the node has a lease now.</returns>
    public async Task<bool> EnsureAsync()
    {
        Use();
        if (IsHeld || !_isRetired)
        {
            return IsHeld;
        }

        await Renewing.WaitAsync();
        try
        {
            if (_isRetired)
            {
                await RenewAsync();
            }

            return IsHeld;
        }
        finally
        {
            Renewing.Release();
        }
    }

    /// <summary>How long until something in the store ends, or null where nothing will.</summary>
    public TimeSpan? NextExpiry
    {
        get
        {
            var (now, table, spared) = (Now, Table, _spared);
            return table.NextExpiry(OwnerName, owner => spared.EndOf(owner) is { } end && end > now ? table.StoreTime + (end - table.AskedAt) : null);
        }
    }

    /// <summary>Tells that what the node holds has changed in a way that callers have to know of.</summary>
    public void NewGeneration() => Interlocked.Increment(ref _generation);

    /// <summary>Ends the lease: what lives on it is dead from now on.</summary>
    /// <returns>The owner that is to be swept, or null where there was none.</returns>
    public async Task<string?> ReleaseAsync()
    {
        await Renewing.WaitAsync();
        try
        {
            if (OwnerName is not { } owner || _isRetired)
            {
                return null;
            }

            Volatile.Write(ref _end, long.MinValue);
            Interlocked.Increment(ref _generation);
            await RunAsync(RedisScript.Release, [.. Common, owner]);
            BeginLife();
            return owner;
        }
        finally
        {
            Renewing.Release();
        }
    }

    /// <summary>
    /// Asks the store for all leases. Callers at the same moment share one answer, but never to a question that was asked before they came:
    /// it may not know of an owner that they have just heard of.
    /// </summary>
    public Task<LeaseTable> ReadAsync()
    {
        lock (_gate)
        {
            return _reading is { IsCompleted: false } before ? _nextReading ??= ReadAfterAsync(before) : _reading = ReadNowAsync();
        }
    }

    /// <summary>Marks all owners as dead whose lease has run out.</summary>
    public async Task<LeaseTable> BuryAsync() =>
        Take(Now, await link.RunAsync(RedisScript.Bury, keys.Nodes, [.. Common, .. _spared.At(Now).Select(owner => (RedisValue)owner)])).Table;

    public Task ForgetAsync(params string[] members) => RunAsync(RedisScript.Forget, [.. Common, .. members.Select(member => (RedisValue)member)]);

    /// <summary>Notes that a group has a heartbeat that ends then, before it has.</summary>
    public Task NoteAsync(string key, TimeSpan timeout) =>
        link.RunAsync(RedisScript.Note, keys.Nodes, [.. Common, key, (long)timeout.TotalMilliseconds, RedisValue.EmptyString]);

    public Task NoteAsync(string key, string deadline) =>
        link.RunAsync(RedisScript.Note, keys.Nodes, [.. Common, key, RedisValue.EmptyString, deadline]);

    /// <summary>Takes groups whose heartbeats may have ended.</summary>
    public async Task<string[]> TakeDueAsync(int most) => (string[])(await link.RunAsync(RedisScript.Due, keys.Nodes, [.. Common, most]))!;

    private RedisValue[] Common =>
        [keys.NodesChannel.ToString(), options.UseShardedPubSub ? "SPUBLISH" : "PUBLISH", (long)options.KeyLifetime.TotalMilliseconds];

    /// <summary>One change of the lease at a time.</summary>
    private SemaphoreSlim Renewing { get; } = new(1, 1);

    private async Task RenewAsync()
    {
        if (_life == 0 || _isRetired)
        {
            BeginLife();
        }

        var (status, table) = await RunRenewAsync(string.Empty);
        if (status == "lost")
        {
            Volatile.Write(ref _end, long.MinValue);
            if (_storeId is { } known && table.StoreId != known)
            {
                // Not just this lease: everything. Whoever listens tells the store anew, with another lease.
                MemoryLost?.Invoke();
                return;
            }

            _lostAt = Now;
            BeginLife();
            Interlocked.Increment(ref _generation);
            await RunRenewAsync(string.Empty);
        }
        else if (status == "late")
        {
            Interlocked.Increment(ref _generation);
        }

        _isRetired = false;
        Volatile.Write(ref _storeId, Table.StoreId);
    }

    private void BeginLife()
    {
        lock (_gate)
        {
            _life++;
            _isRegistered = false;
        }
    }

    private async Task<(string Status, LeaseTable Table)> RunRenewAsync(string before)
    {
        var asked = Now;
        var touch = asked - _touched > TouchInterval;
        var owner = Owner.Name(_nodeId!, _life);
        var reply = await link.RunAsync(RedisScript.Renew, keys.Nodes,
            [.. Common, owner, (long)_timeout.TotalMilliseconds, _isRegistered ? 0 : 1, before, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), touch ? 1 : 0]);
        var answer = Take(asked, reply);
        if (answer.Status != "lost")
        {
            _isRegistered = true;
            _touched = touch ? asked : _touched;
            Volatile.Write(ref _end, asked + (long)_timeout.TotalMilliseconds);
        }

        return answer;
    }

    private async Task RetireAsync()
    {
        if (!_isRetired)
        {
            await ForgetAsync(Owner.Name(_nodeId!, _life));
            Volatile.Write(ref _end, long.MinValue);
            _isRetired = true;
            Volatile.Write(ref _storeId, null);
            return;
        }

        await ReadAsync();
    }

    private Task<LeaseTable> ReadNowAsync() => RunAsync(RedisScript.Renew,
        [.. Common, RedisValue.EmptyString, 0, 0, RedisValue.EmptyString, RedisValue.EmptyString, 0]);

    private async Task<LeaseTable> ReadAfterAsync(Task<LeaseTable> before)
    {
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<LeaseTable> reading;
        lock (_gate)
        {
            _nextReading = null;
            reading = _reading = ReadNowAsync();
        }

        return await reading;
    }

    private async Task<LeaseTable> RunAsync(string script, RedisValue[] values)
    {
        var asked = Now;
        return Take(asked, await link.RunAsync(script, keys.Nodes, values)).Table;
    }

    private (string Status, LeaseTable Table) Take(long asked, RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        var table = new LeaseTable(asked, (long)parts[0], (string[])parts[2]!);
        lock (_gate)
        {
            if (table.StoreTime >= _table.StoreTime || table.StoreId != _table.StoreId)
            {
                if (table.IsWorseThan(_table))
                {
                    Interlocked.Increment(ref _worsenings);
                }

                if (_table.StoreId is not null && _table.StoreId != table.StoreId)
                {
                    // Kept until all is told: who was alive then has still to come back.
                    Volatile.Write(ref _forgotten, _table);
                }

                Volatile.Write(ref _table, table);
            }
        }

        return ((string)parts[1]!, table);
    }
}
