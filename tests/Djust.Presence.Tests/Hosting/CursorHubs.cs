using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence.Tests.Hosting;

/// <summary>A cursor hub; the query says whether a connection tracks, watches, or does neither at first.</summary>
[PresenceKey("board:{id}")]
public class PointerHub : LiveCursorHub
{
    public override async Task OnConnectedAsync()
    {
        switch (Context.GetHttpContext()!.Request.Query["as"].ToString())
        {
            case "watcher":
                await WatchPresenceAsync();
                break;
            case "nobody":
                break;
            default:
                await TrackPresenceAsync();
                break;
        }

        await base.OnConnectedAsync();
    }

    public Task Track(string name) => TrackPresenceAsync(new { name });

    public Task Rename(string name) => UpdatePresenceAsync(new { name });

    public Task TrackIn(string key) => TrackPresenceAsync(key, null);

    public Task TrackMeta(object meta) => TrackPresenceAsync(meta);

    public Task Untrack() => UntrackPresenceAsync();

    public Task Show(bool visible) => ShowCursorsAsync(visible);

    public async Task<double[]> Positions() => [.. (await GetCursorsAsync()).Values.SelectMany(position => new[] { position.X, position.Y })];

    public async Task<string[]> Metas() => [.. (await GetCursorsAsync()).Values.Select(position => position.Meta.ToString())];
}

/// <summary>Snaps to whole numbers, refuses what is negative, fails at 13.</summary>
public sealed class GridHub(GridHub.Log log) : PointerHub
{
    protected override Task HandleCursorMoveAsync(double x, double y)
    {
        log.Handled.Enqueue(x);
        return x switch
        {
            13 => throw new InvalidOperationException("unlucky"),
            < 0 => Task.CompletedTask,
            _ => UpdateCursorPositionAsync(Math.Round(x), Math.Round(y)),
        };
    }

    public sealed class Log
    {
        public ConcurrentQueue<double> Handled { get; } = new();
    }
}
