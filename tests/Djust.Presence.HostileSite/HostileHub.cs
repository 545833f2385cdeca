using System.Text.Json;
using Djust.Presence;
using Microsoft.AspNetCore.SignalR;

namespace HostileSite;

/// <summary>Whoever names an id is that user, and has whatever meta they like; a page only looks on.</summary>
[PresenceKey("hostile:{room}")]
public sealed class HostileHub : LiveCursorHub
{
    private string? Id => Context.GetHttpContext()?.Request.Query["user"].FirstOrDefault();

    public override async Task OnConnectedAsync()
    {
        if (Id is null)
        {
            await WatchPresenceAsync();
        }

        await base.OnConnectedAsync();
    }

    public Task Track(JsonElement meta) => TrackPresenceAsync(meta);

    protected override string GetPresenceUserId() => Id ?? base.GetPresenceUserId();
}
