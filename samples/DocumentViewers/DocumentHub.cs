using Djust.Presence;
using Djust.Presence.Samples;
using Microsoft.AspNetCore.SignalR;

namespace DocumentViewers;

/// <summary>Whoever is connected is looking at the document.</summary>
[PresenceKey("document:{docId}")]
public sealed class DocumentHub : PresenceHub
{
    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync(Me(Context.GetHttpContext()?.Request.Query["name"].FirstOrDefault()));
        await base.OnConnectedAsync();
    }

    public Task Rename(string? name) => UpdatePresenceAsync(Me(name));

    private Visitor Me(string? name) => Visitor.Create(name, GetPresenceUserId());
}
