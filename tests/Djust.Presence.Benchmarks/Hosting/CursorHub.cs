namespace Djust.Presence.Benchmarks;

/// <summary>A room whose clients show each other their pointers.</summary>
[PresenceKey("room:{id}")]
internal sealed class CursorHub : LiveCursorHub
{
    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync();
        await base.OnConnectedAsync();
    }

    public Task Rename(string name) => UpdatePresenceAsync(new { name });
}
