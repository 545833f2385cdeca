using Djust.Presence;
using Djust.Presence.Samples;
using Microsoft.AspNetCore.SignalR;

namespace Whiteboard;

/// <summary>Whoever is connected is at the board, and shows where they point.</summary>
[PresenceKey("board:{boardId}")]
public sealed class BoardHub : LiveCursorHub
{
    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync(Visitor.Create(Context.GetHttpContext()?.Request.Query["name"].FirstOrDefault(), GetPresenceUserId()));
        await base.OnConnectedAsync();
    }

    public Task ShowCursors(bool visible) => ShowCursorsAsync(visible);
}
