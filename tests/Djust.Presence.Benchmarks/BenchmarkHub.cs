namespace Djust.Presence.Benchmarks;

/// <summary>Tracks everybody and passes on what they say.</summary>
[PresenceKey("room:{id}")]
public sealed class BenchmarkHub : PresenceHub
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync(new { name = "Somebody" });
        await base.OnConnectedAsync();
    }

    /// <summary>Sends a text to the group.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A task that ends when it is on its way.</returns>
    public Task Say(string text) => BroadcastToPresenceAsync("said", text);
}
