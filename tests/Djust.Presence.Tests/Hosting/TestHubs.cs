using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence.Tests.Hosting;

/// <summary>The hub of the design's first page, with methods for what tests need to call.</summary>
[PresenceKey("document:{docId}")]
public class DocumentHub : PresenceHub
{
    public override async Task OnConnectedAsync()
    {
        await TrackPresenceAsync(new { name = Context.GetHttpContext()!.Request.Query["name"].ToString() });
        await base.OnConnectedAsync();
    }

    public Task Rename(string name) => UpdatePresenceAsync(new { name });

    public Task SetMeta(object meta) => UpdatePresenceAsync(meta);

    public Task Track(object? meta) => TrackPresenceAsync(meta);

    public Task TrackIn(string key, object? meta) => TrackPresenceAsync(key, meta);

    public Task Untrack() => UntrackPresenceAsync();

    public Task Watch(string key) => WatchPresenceAsync(key);

    public Task Unwatch(string key) => UnwatchPresenceAsync(key);

    public Task Say(string text) => BroadcastToPresenceAsync("said", new { text });

    public async Task<string[]> List() => [.. (await ListPresencesAsync()).Select(presence => presence.Id)];

    public Task<int> Count() => PresenceCountAsync();
}

/// <summary>Watches and never tracks, unless told to.</summary>
[PresenceKey("document:{docId}")]
public class WatcherHub : PresenceHub
{
    public override async Task OnConnectedAsync()
    {
        await WatchPresenceAsync();
        await base.OnConnectedAsync();
    }

    public Task Track(object? meta) => TrackPresenceAsync(meta);
}
