using System.Collections.Concurrent;

namespace Djust.Presence.Tests.Hosting;

/// <summary>What <see cref="IPresenceManager.WatchAsync"/> of a server says of a group, in order, with the names of the users.</summary>
internal sealed class WatchedChanges : IAsyncDisposable
{
    private readonly ConcurrentQueue<(PresenceChangeKind Kind, string? Name)> _seen = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    public WatchedChanges(PresenceServer server, string key) => _watching = WatchAsync(server.Manager, key);

    public IReadOnlyList<(PresenceChangeKind Kind, string? Name)> Seen => [.. _seen];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _end.Dispose();
    }

    private async Task WatchAsync(IPresenceManager manager, string key)
    {
        try
        {
            await foreach (var change in manager.WatchAsync(key, _end.Token))
            {
                _seen.Enqueue((change.Kind, change.Presence["name"]));
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The test has seen enough.
        }
    }
}
