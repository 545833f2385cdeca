using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Djust.Presence;

/// <inheritdoc/>
internal sealed class PresenceManager(IPresenceBackend backend, PresenceStore store, PresenceNode node) : IPresenceManager
{
    private PresenceMetaLimits Limits => new(store.Options.MaxMetaBytes, store.Options.MaxMetaDepth);

    public async Task<Presence> JoinPresenceAsync(string key, string userId, object? meta = null, CancellationToken cancellationToken = default)
    {
        Check(key, userId);
        var join = new PresenceJoin
        {
            Key = key,
            Entry = PresenceEntryId.ForUser(userId),
            UserId = userId,
            Meta = PresenceMeta.From(meta, Limits),
            Timeout = store.Options.PresenceTimeout,
            MaxConnectionsPerUser = store.Options.MaxConnectionsPerUser,
        };
        node.ThrowIfDraining();
        return (await store.JoinAsync(join).AsTask().WaitAsync(cancellationToken)).Presence!;
    }

    public async Task<Presence?> LeavePresenceAsync(string key, string userId, CancellationToken cancellationToken = default)
    {
        Check(key, userId);
        var commit = await store.LeaveAsync(key, userId, PresenceTarget.Of(userId), PresenceChangeReason.Removed).AsTask().WaitAsync(cancellationToken);
        return commit.Change is { Kind: PresenceChangeKind.Leave } leave ? leave.Presence : null;
    }

    public async Task<Presence?> UpdatePresenceAsync(string key, string userId, object? meta, CancellationToken cancellationToken = default)
    {
        Check(key, userId);
        var checkedMeta = PresenceMeta.From(meta, Limits);
        return (await store.UpdateAsync(key, userId, PresenceTarget.Of(userId), checkedMeta).AsTask().WaitAsync(cancellationToken)).Presence;
    }

    public ValueTask<IReadOnlyList<Presence>> ListPresencesAsync(string key, CancellationToken cancellationToken = default)
    {
        PresenceText.CheckKey(key, store.Options);
        var snapshot = backend.GetSnapshotAsync(key, cancellationToken);
        return snapshot.IsCompletedSuccessfully ? new(snapshot.Result.Presences) : AwaitAsync(snapshot);

        static async ValueTask<IReadOnlyList<Presence>> AwaitAsync(ValueTask<PresenceSnapshot> snapshot) => (await snapshot).Presences;
    }

    public async ValueTask<int> PresenceCountAsync(string key, CancellationToken cancellationToken = default) =>
        (await ListPresencesAsync(key, cancellationToken)).Count;

    public Task<bool> UpdateHeartbeatAsync(string key, string userId, CancellationToken cancellationToken = default)
    {
        Check(key, userId);
        return backend.HeartbeatAsync(key, PresenceEntryId.ForUser(userId), store.Options.PresenceTimeout, cancellationToken).AsTask();
    }

    public Task BroadcastAsync(string key, string @event, object? payload = null, CancellationToken cancellationToken = default)
    {
        PresenceText.CheckKey(key, store.Options);
        if (string.IsNullOrEmpty(@event) || @event.Length > 200)
        {
            throw new ArgumentException("An event's name must have 1 to 200 characters, such as \"message\".", nameof(@event));
        }

        // By its run-time type: what an anonymous object holds is known there only.
        var json = JsonSerializer.SerializeToUtf8Bytes(payload, payload?.GetType() ?? typeof(object), PresenceMetaReader.SerializerOptions);
        return backend.PublishAsync(key, new PresenceMessage(@event, json), cancellationToken).AsTask();
    }

    public async IAsyncEnumerable<PresenceChange> WatchAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        PresenceText.CheckKey(key, store.Options);
        using var watcher = new PresenceWatcher();
        await using var subscription = await backend.SubscribeAsync(key, watcher, cancellationToken);
        while (true)
        {
            foreach (var change in await watcher.NextAsync(cancellationToken))
            {
                yield return change;
            }
        }
    }

    public string PresenceGroupName(string key) => PresenceGroups.Name(PresenceText.CheckKey(key, store.Options));

    private void Check(string key, string userId)
    {
        PresenceText.CheckKey(key, store.Options);
        PresenceText.CheckUserId(userId, store.Options);
    }
}
