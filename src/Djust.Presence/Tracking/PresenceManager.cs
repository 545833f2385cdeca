using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Djust.Presence;

/// <inheritdoc/>
internal sealed class PresenceManager(IPresenceBackend backend, PresenceStore store, RoomRegistry rooms, PresenceNode node, PresenceProjector projector) : IPresenceManager
{
    /// <summary>Half of what .NET's and SignalR's readers take: a payload that clients cannot read would cut their connections.</summary>
    private const int MaxPayloadDepth = 32;

    private static readonly JsonSerializerOptions PayloadOptions = new(PresenceMetaReader.SerializerOptions) { MaxDepth = MaxPayloadDepth };

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

        // The feed says it as well, but later: until then a client could have its connection joined anew.
        var commit = await store.RemoveAsync(key, userId, leave => rooms.Find(key)?.Follow(leave)).AsTask().WaitAsync(cancellationToken);
        return commit.Outcome == PresenceOutcome.NotFound ? null : commit.Presence;
    }

    public async Task<Presence?> RevokeAsync(string key, string userId, CancellationToken cancellationToken = default)
    {
        var left = await LeavePresenceAsync(key, userId, cancellationToken);

        // After the leave: a connection that tracks anew in between is ended by this.
        await backend.PublishAsync(key, new PresenceMessage(string.Empty, RevocationMessage.Write(userId)), cancellationToken);
        return left;
    }

    public async Task<Presence?> UpdatePresenceAsync(string key, string userId, object? meta, CancellationToken cancellationToken = default)
    {
        Check(key, userId);
        var checkedMeta = PresenceMeta.From(meta, Limits);
        return (await store.UpdateAsync(key, userId, PresenceTarget.Of(userId), checkedMeta).AsTask().WaitAsync(cancellationToken)).Presence;
    }

    public async ValueTask<IReadOnlyList<Presence>> ListPresencesAsync(string key, CancellationToken cancellationToken = default) =>
        (await backend.GetSnapshotAsync(PresenceText.CheckKey(key, store.Options), cancellationToken)).Presences;

    public async ValueTask<IReadOnlyList<Presence>> ListPresencesAsync(PresenceViewer viewer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        var whole = await ListPresencesAsync(viewer.Key, cancellationToken);
        return projector.AudienceOf(viewer) is { } audience ? new ProjectedList(whole, audience) : whole;
    }

    public async ValueTask<int> PresenceCountAsync(string key, CancellationToken cancellationToken = default) =>
        (await backend.GetSnapshotAsync(PresenceText.CheckKey(key, store.Options), cancellationToken)).Count;

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
            throw new PresenceArgumentException("An event's name must have 1 to 200 characters, such as \"message\".");
        }

        return backend.PublishAsync(key, new PresenceMessage(@event, Serialize(payload)), cancellationToken).AsTask();
    }

    public IAsyncEnumerable<PresenceChange> WatchAsync(string key, CancellationToken cancellationToken = default)
    {
        PresenceText.CheckKey(key, store.Options);
        return FollowAsync(key, cancellationToken);
    }

    public string PresenceGroupName(string key) => PresenceGroups.Name(PresenceText.CheckKey(key, store.Options));

    private static byte[] Serialize(object? payload)
    {
        try
        {
            // By its run-time type: what an anonymous object holds is known there only.
            return JsonSerializer.SerializeToUtf8Bytes(payload, payload?.GetType() ?? typeof(object), PayloadOptions);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new PresenceArgumentException($"An event's payload of type {payload?.GetType().Name} cannot be written as JSON: it is cyclic, deeper than {MaxPayloadDepth} levels, or holds something that has no JSON form.", e);
        }
    }

    private async IAsyncEnumerable<PresenceChange> FollowAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
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

    private void Check(string key, string userId)
    {
        PresenceText.CheckKey(key, store.Options);
        PresenceText.CheckUserId(userId, store.Options);
    }
}
