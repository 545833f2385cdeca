using System.Diagnostics;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// The way to Redis: connects, asks, and knows whether Redis answers. Anything that may have made Redis forget, or this node miss, something is
/// an interruption; until somebody has told Redis anew what this node holds, it counts as away.
/// </summary>
internal sealed class RedisLink(RedisConnector connector, RedisPresenceOptions options, ILogger logger) : IAsyncDisposable
{
    private static readonly string[] TransientErrors =
    [
        "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "OOM", "NOREPLICAS", "BUSY", "MISCONF", "NOAUTH", "WRONGPASS",
        "NOPERM", "ERR max number of clients",
    ];

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _interruptions = new(1, 1);
    private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConnectionMultiplexer? _connection;
    private string? _reason = "it was not reached yet";
    private long _since = Stopwatch.GetTimestamp();
    private bool _said;
    private int _life;

    /// <summary>Whether requests go to Redis.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Counts how often Redis has come back: what was told in a life before may be forgotten.</summary>
    public int Life => Volatile.Read(ref _life);

    /// <summary>Why Redis counts as away, or null.</summary>
    public string? Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    public string Endpoints => connector.Endpoints;

    public bool IsCluster { get; private set; }

    /// <summary>Ends when Redis has answered for the first time.</summary>
    public Task FirstAnswer => _firstAnswer.Task;

    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        CallAsync(database => database.ScriptEvaluateAsync(script, keys, values));

    /// <summary>Asks Redis, for as long as a request may take.</summary>
    /// <exception cref="PresenceStoreException">Redis did not answer in a way that a request can be made of.</exception>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, TimeSpan? timeout = null)
    {
        var connection = Volatile.Read(ref _connection) ?? throw new PresenceStoreException(Reason ?? "there is no connection");
        try
        {
            return await call(connection.GetDatabase()).WaitAsync(timeout ?? options.RequestTimeout);
        }
        catch (Exception e) when (IsAbsence(e))
        {
            throw new PresenceStoreException(Describe(e), e);
        }
    }

    public async Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel)
    {
        var connection = Volatile.Read(ref _connection) ?? throw new PresenceStoreException("there is no connection");
        try
        {
            return await connection.GetSubscriber().SubscribeAsync(channel).WaitAsync(options.RequestTimeout);
        }
        catch (Exception e) when (IsAbsence(e))
        {
            throw new PresenceStoreException(Describe(e), e);
        }
    }

    /// <summary>
    /// Waits until subscriptions that the client has made anew, after a connection came back, have reached Redis: what is published after that
    /// is heard. Without a connection for them there is nothing to wait for, since its return is another interruption.
    /// </summary>
    public async Task FlushSubscriptionsAsync()
    {
        var subscriber = (Volatile.Read(ref _connection) ?? throw new PresenceStoreException("there is no connection")).GetSubscriber();
        if (!subscriber.IsConnected())
        {
            return;
        }

        try
        {
            await CallAsync(_ => subscriber.PingAsync());
        }
        catch (PresenceStoreException e) when (e.InnerException is RedisConnectionException)
        {
            // It has just broken.
        }
    }

    /// <summary>Makes the connection if there is none, and looks whether Redis is one that presence can use.</summary>
    public async Task ConnectAsync()
    {
        if (_connection is null)
        {
            IConnectionMultiplexer connection;
            try
            {
                connection = await connector.ConnectAsync();
            }
            catch (Exception e)
            {
                throw new PresenceStoreException(Describe(e), e);
            }

            connection.ConnectionFailed += (_, failure) => Interrupt($"the connection failed ({failure.FailureType})");
            connection.ConnectionRestored += (_, _) => Interrupt("the connection was interrupted");
            Volatile.Write(ref _connection, connection);
        }

        if (RedisConnector.HasChannelPrefix(_connection))
        {
            throw new PresenceStoreException("its connection has a ChannelPrefix, which scripts that publish do not know of. Give presence a connection without one, and set KeyPrefix");
        }

        // While there is none, a connection that queues requests says why only when it gives them up.
        var patience = _connection.IsConnected ? TimeSpan.Zero : TimeSpan.FromMilliseconds(_connection.TimeoutMilliseconds);
        var version = await CallAsync(async database =>
        {
            await database.PingAsync();
            return RedisConnector.VersionOf(_connection);
        }, options.RequestTimeout + patience);
        if (version is not null && version < RedisConnector.OldestVersion)
        {
            RedisLog.TooOld(logger, Endpoints, version.ToString());
            throw new PresenceStoreException($"Redis {version} is too old; 7.0 or newer is needed");
        }

        IsCluster = _connection.GetServers().Any(server => server.ServerType == ServerType.Cluster);
    }

    /// <summary>Something went wrong: Redis counts as away until it has been told anew.</summary>
    public void Interrupt(string reason)
    {
        lock (_gate)
        {
            if (IsUp)
            {
                _since = Stopwatch.GetTimestamp();
                _said = false;
            }

            IsUp = false;
            _reason = reason;
            if (_interruptions.CurrentCount == 0)
            {
                _interruptions.Release();
            }
        }
    }

    /// <summary>Waits for the next interruption, if there was none since the last call.</summary>
    public Task WaitForInterruptionAsync(CancellationToken cancellationToken) => _interruptions.WaitAsync(cancellationToken);

    /// <summary>Redis answers: requests go there, for groups that have been told.</summary>
    public void Up()
    {
        lock (_gate)
        {
            // What interrupted so far is what is being repaired.
            _interruptions.Wait(0);
            IsUp = true;
            Interlocked.Increment(ref _life);
        }
    }

    /// <summary>Everything has been told.</summary>
    /// <returns>How long Redis was away, if that was said.</returns>
    public TimeSpan? Told()
    {
        lock (_gate)
        {
            if (!IsUp)
            {
                return null;
            }

            _reason = null;
            _firstAnswer.TrySetResult();
            return _said ? Stopwatch.GetElapsedTime(_since) : null;
        }
    }

    /// <summary>A round of repair did not end: says so, once for each absence.</summary>
    public void StillAway(string reason)
    {
        lock (_gate)
        {
            (IsUp, _reason) = (false, reason);
            if (_said)
            {
                return;
            }

            _said = true;
        }

        RedisLog.Away(logger, Endpoints, reason);
    }

    public async ValueTask DisposeAsync()
    {
        if (connector.Owns && Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }

        _interruptions.Dispose();
    }

    private static bool IsAbsence(Exception exception) => exception switch
    {
        RedisServerException server => IsTransient(server.Message),
        RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException => true,
        _ => false,
    };

    /// <summary>Errors of a server that is loading, failing over, read-only, full or locked: it will answer otherwise later.</summary>
    private static bool IsTransient(string message) =>
        TransientErrors.Any(mark => message.StartsWith(mark, StringComparison.Ordinal));

    /// <summary>A request that finds no connection says only that. What lies below says why there is none.</summary>
    private static bool IsRefusal(Exception? exception) => exception switch
    {
        null => false,
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => true,
        RedisServerException server when server.Message.StartsWith("NOAUTH", StringComparison.Ordinal) || server.Message.StartsWith("WRONGPASS", StringComparison.Ordinal) => true,
        _ => IsRefusal(exception.InnerException),
    };

    /// <summary>Never the whole message of a library: it could quote keys or the configuration.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        _ when IsRefusal(exception) => "it refused the password or user",
        RedisServerException server => server.Message.Split(' ')[0],
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection } => "it cannot be reached",
        RedisConnectionException connection => $"the connection failed ({connection.FailureType})",
        RedisTimeoutException or TimeoutException => "a request was not answered in time (RequestTimeout)",
        _ => exception.GetType().Name,
    };
}
