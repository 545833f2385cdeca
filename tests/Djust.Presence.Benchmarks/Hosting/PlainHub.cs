using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// What is written without a presence library: whoever comes gets the list, and everybody else the newcomer. With <c>?lists=1</c> everybody
/// gets the whole list each time, as many examples do it.
/// </summary>
internal sealed class PlainHub : Hub
{
    private static readonly ConcurrentDictionary<string, ConcurrentDictionary<string, JoinedPerson>> Rooms = new(StringComparer.Ordinal);

    /// <summary>Whoever names themselves joins the room; others only connect.</summary>
    public override async Task OnConnectedAsync()
    {
        if (Name is { Length: > 0 } name)
        {
            var people = Rooms.GetOrAdd(Room, static _ => new(StringComparer.Ordinal));
            var joined = people[Context.ConnectionId] = new JoinedPerson(Context.ConnectionId, DateTimeOffset.UtcNow, name, "#6c63ff");
            await Groups.AddToGroupAsync(Context.ConnectionId, Room);
            if (Query("lists").Length > 0)
            {
                await Clients.Group(Room).SendAsync("List", people.Values);
                return;
            }

            await Clients.Caller.SendAsync("List", people.Values);
            await Clients.OthersInGroup(Room).SendAsync("Joined", joined);
        }
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (Rooms.TryGetValue(Room, out var people) && people.TryRemove(Context.ConnectionId, out var left))
        {
            await Clients.Group(Room).SendAsync("Left", left.Id);
        }
    }

    private string Name => Query("name");

    private string Room => (string)Context.GetHttpContext()!.Request.RouteValues["id"]!;

    private string Query(string name) => Context.GetHttpContext()!.Request.Query[name].ToString();
}
