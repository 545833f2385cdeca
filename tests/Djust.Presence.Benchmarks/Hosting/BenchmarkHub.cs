using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence.Benchmarks;

/// <summary>Tracks everybody and passes on what they say.</summary>
[PresenceKey("room:{id}")]
public sealed class BenchmarkHub : PresenceHub
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        var name = Context.GetHttpContext()!.Request.Query["name"].ToString();
        await TrackPresenceAsync(new { name = name.Length > 0 ? name : "Somebody", color = "#6c63ff" });
        await base.OnConnectedAsync();
    }

    /// <summary>Sends a text to the group.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A task that ends when it is on its way.</returns>
    public Task Say(string text) => BroadcastToPresenceAsync("said", text);
}
