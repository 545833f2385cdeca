using Djust.Presence;
using Djust.Presence.Samples;
using Microsoft.AspNetCore.SignalR;

namespace Whiteboard;

/// <summary>Whoever is connected is at the board, shows where they point, and draws and writes on it together with the others.</summary>
[PresenceKey("board:{boardId}")]
public sealed class BoardHub(BoardStore boards) : LiveCursorHub
{
    private Visitor Me => Visitor.Create(Context.GetHttpContext()?.Request.Query["name"].FirstOrDefault(), GetPresenceUserId());

    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync(Me);
        await Clients.Caller.SendAsync("Board", boards.Get(GetPresenceKey()));
        await base.OnConnectedAsync();
    }

    public Task ShowCursors(bool visible) => ShowCursorsAsync(visible);

    public async Task Draw(BoardStroke? stroke)
    {
        var drawn = BoardItem.Given(stroke).Check() with { Color = Me.Color };
        boards.Put(GetPresenceKey(), drawn);
        await BroadcastToPresenceAsync("stroke", drawn);
    }

    public async Task PutNote(BoardNote? note)
    {
        var put = BoardItem.Given(note).Check() with { Color = Me.Color };
        boards.Put(GetPresenceKey(), put);
        await BroadcastToPresenceAsync("note", put);
    }

    public async Task Remove(string id)
    {
        BoardItem.CheckId(id);

        // Told in any case: another server may have it, since each keeps what was drawn at its own.
        boards.Remove(GetPresenceKey(), id);
        await BroadcastToPresenceAsync("removed", new { id });
    }
}
