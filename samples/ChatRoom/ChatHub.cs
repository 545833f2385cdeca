using Djust.Presence;
using Djust.Presence.Samples;
using Microsoft.AspNetCore.SignalR;

namespace ChatRoom;

/// <summary>Whoever is connected is in the room, and hears what is said there.</summary>
[PresenceKey("room:{roomId}")]
public sealed class ChatHub : PresenceHub
{
    private const int MaxTextLength = 2_000;

    private Visitor Me => Visitor.Create(Context.GetHttpContext()?.Request.Query["name"].FirstOrDefault(), GetPresenceUserId());

    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync(Me);
        await base.OnConnectedAsync();
    }

    public async Task SendMessage(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxTextLength)
        {
            throw new HubException($"A message has 1 to {MaxTextLength} characters.");
        }

        await BroadcastToPresenceAsync("message", new { from = GetPresenceUserId(), Me.Name, Me.Color, text, at = DateTimeOffset.UtcNow });
    }

    protected override Task OnPresenceJoinAsync(Presence presence) =>
        BroadcastToPresenceAsync("flash", new { message = $"{presence["name"]} joined" });

    protected override Task OnPresenceLeaveAsync(Presence presence) =>
        BroadcastToPresenceAsync("flash", new { message = $"{presence["name"]} left" });
}
